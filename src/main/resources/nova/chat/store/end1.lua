-- Ends a turn: stores its answer, unless it has one.
--
-- KEYS  meta, messages
-- ARGV  schema, ttl (ms), most messages, most bytes, turn, answer (JSON), its mark, its state
-- Answers {'stored'}, {'forgotten'} or {'newer', their schema}.
local meta, messages = KEYS[1], KEYS[2]
local schema, ttl, most_messages, most_bytes = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local turn, answer, mark, state = ARGV[5], ARGV[6], ARGV[7], ARGV[8]

local known = redis.call('HMGET', meta, 'schema', 'turn', 'state', 'bytes')
if not known[1] then
  return { 'forgotten' }
end
if tonumber(known[1]) > schema then
  return { 'newer', known[1] }
end

-- The list is searched only for a turn that another one has overtaken.
local last = known[2] == turn
local ended = last and known[3] == 'idle'
if not last then
  for _, message in ipairs(redis.call('LRANGE', messages, 0, -1)) do
    ended = ended or string.sub(message, 1, #mark) == mark
  end
end

local count = redis.call('LLEN', messages)
local bytes = count > 0 and tonumber(known[4]) or 0
-- A failed answer is nothing to build upon: it pushes nothing out that is.
local fits = count < most_messages and bytes + #answer <= most_bytes
if not ended and (state == 'complete' or fits) then
  redis.call('RPUSH', messages, answer)
  count, bytes = count + 1, bytes + #answer
  while count > 1 and (count > most_messages or bytes > most_bytes) do
    bytes = bytes - #redis.call('LPOP', messages)
    count = count - 1
  end
  redis.call('HSET', meta, 'bytes', bytes)
end
if last then
  redis.call('HSET', meta, 'state', 'idle')
end
redis.call('PEXPIRE', meta, ttl)
redis.call('PEXPIRE', messages, ttl)
return { 'stored' }
