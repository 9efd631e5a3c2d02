-- Gives a lease again that Redis has lost.
--
-- takes    token, epoch, seq, question, whether the log told it when it was given, whether it was stopped then, the queue's
--          version that the log told then
-- answers  restored; refused
local function is_kept(it)
  for _, message in ipairs(kept.messages > 0 and redis.call('LRANGE', messages, 0, -1) or {}) do
    if is_of(message, 'user', it.turn) then
      return true
    end
  end
  return false
end

operations['restore'] = function()
  local token, epoch, seq, it = ARGV[OWN], ARGV[OWN + 1], tonumber(ARGV[OWN + 2]), question(ARGV[OWN + 3])
  if s.token == token then
    return { 'restored' }
  end
  if s.schema and (s.token or s.epoch ~= epoch or s.q > seq or s.last == token) then
    return { 'refused' }
  end
  found()
  if s.q ~= seq and kept.log > 0 then
    redis.call('DEL', log) -- it would have a hole
    kept.log, s.text = 0, 0
  end
  s.epoch, s.q = epoch, seq
  s.owner = s.owner or it.owner ~= '' and it.owner or nil
  local told = tonumber(ARGV[OWN + 6])
  s.version = math.max(s.version, told)
  tell(told)
  local again = waiting_one(it.turn)
  if again then
    drop(again)
  end
  if named then
    redis.call('SET', named, it.turn, 'PX', name_kept_ms)
  end
  give(token, it, ARGV[OWN + 4] == '1', ARGV[OWN + 5] == '1')
  s.departed = '1' -- nobody knows any more, and it is not to be run twice
  if not is_kept(it) then
    keep(it.message, true)
  end
  return { 'restored' }
end
