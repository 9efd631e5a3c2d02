-- The messages that wait: a list, next first, as QuestionCodec writes them.
local function question(body)
  local it, next_at = { body = body }, 1
  for _, name in ipairs({ 'turn', 'ref', 'owner', 'errand', 'sealed', 'message' }) do
    it[name], next_at = unframe(body, next_at)
  end
  return it
end

local function as_waiting(body, added, stopped)
  return frame(digits(added)) .. frame(stopped and '1' or '0') .. body
end

local function waiting()
  local all, place = {}, 1
  for i, raw in ipairs(kept.waiting > 0 and redis.call('LRANGE', queue, 0, -1) or {}) do
    local added, after_added = unframe(raw, 1)
    local stopped, body_at = unframe(raw, after_added)
    local it = question(string.sub(raw, body_at))
    it.raw, it.index, it.added, it.stopped = raw, i - 1, tonumber(added), stopped == '1'
    it.place = place -- those that will never run are not counted
    place = place + (it.stopped and 0 or 1)
    all[i] = it
  end
  return all
end

local function waiting_one(turn)
  for _, it in ipairs(waiting()) do
    if it.turn == turn then
      return it
    end
  end
  return nil
end

local function is_free()
  return not s.token and kept.waiting > 0 and 1 or 0
end

-- Puts one in front of the others, or behind them.
local function wait(body, in_front, stopped)
  s.version = s.version + 1
  redis.call(in_front and 'LPUSH' or 'RPUSH', queue, as_waiting(body, s.version, stopped))
  kept.waiting = kept.waiting + 1
end

local function drop(it)
  redis.call('LREM', queue, 1, it.raw)
  kept.waiting = kept.waiting - 1
end

-- The log tells all changes up to this version, if there have been so many: what is still to come it cannot tell.
local function tell(up_to)
  s.told = math.max(s.told, math.min(up_to, s.version))
end

-- Final. Whoever holds the lease tells it and drops the message; where nobody does, that is done here, and is no change
-- that the next holder would have to read.
local function stop_waiting(it)
  if not s.token then
    drop(it)
    append_json({ stopped_event(it.turn) })
  elseif not it.stopped then
    s.version = s.version + 1
    redis.call('LSET', queue, it.index, as_waiting(it.body, it.added, true))
    is_called = true
  end
end

-- See Claimant: whether it seals, its principal, how many keys it holds, and of which turns.
local function claimant(from)
  local unseals, owner, held = ARGV[from] == '1', ARGV[from + 1], {}
  local last = from + 2 + tonumber(ARGV[from + 2])
  for i = from + 3, last do
    held[ARGV[i]] = true
  end
  local function runs(it)
    return it.errand == 'OPEN' or (it.errand == 'SEALED' and unseals) or held[it.turn]
      or (owner ~= '' and it.owner == owner)
  end
  return runs, last + 1
end
