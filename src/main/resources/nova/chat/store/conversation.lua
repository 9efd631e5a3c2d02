-- The messages that are kept: a list, oldest first, as MessageJson writes them.

-- MessageJson.mark; turns are named by us, in characters that JSON leaves as they are.
local function mark(role, turn)
  return '{"role":"' .. role .. '","turn":"' .. turn .. '"'
end

local function is_of(message, role, turn)
  local head = mark(role, turn)
  return message and string.sub(message, 1, #head) == head
end

-- Whether the turn's question is among the newest: a call repeated for want of an answer comes soon.
local function has_run(turn)
  if s.schema then
    for _, message in ipairs(redis.call('LRANGE', messages, -4, -1)) do
      if is_of(message, 'user', turn) then
        return true
      end
    end
  end
  return false
end

-- Keeps one more, and pushes out the oldest for it; one that is not built upon pushes nothing out.
local function keep(message, is_built_upon)
  local fits = kept.messages < most_messages and s.bytes + #message <= most_bytes
  if not fits and not is_built_upon then
    return
  end
  redis.call('RPUSH', messages, message)
  kept.messages, s.bytes = kept.messages + 1, s.bytes + #message
  while kept.messages > 1 and (kept.messages > most_messages or s.bytes > most_bytes) do
    s.bytes = s.bytes - #redis.call('LPOP', messages)
    kept.messages = kept.messages - 1
  end
end

-- Takes back a question that is to wait again, so that it stands where it is answered.
local function take_back(message)
  local count = redis.call('LREM', messages, -1, message)
  kept.messages, s.bytes = kept.messages - count, s.bytes - count * #message
end
