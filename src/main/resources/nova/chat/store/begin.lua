-- Takes a message: a lease if nothing runs and nothing waits, else a place among those that wait.
--
-- takes    turn, question, owner ('' for none), what to do when busy, token, the epoch and seq that the caller has seen,
--          how many may wait
-- answers  running lease; waiting place free; known turn place; busy; full; forbidden
local function known_already(turn, token)
  if s.turn == turn and s.token == token then
    return { 'running', lease() }
  end
  local it = waiting_one(turn)
  if it then
    return { 'waiting', it.place, is_free() }
  end
  if s.begun == turn or has_run(turn) then
    return { 'known', turn, 0 }
  end
  if remembered and remembered ~= STOPPED then
    it = waiting_one(remembered)
    return { 'known', remembered, it and it.place or 0 }
  end
  return nil
end

local function open_epoch(seen_epoch, seen_seq)
  -- What the caller has seen beyond the end is lost, and its numbers must not be given twice.
  if not s.epoch or (not s.token and seen_epoch == s.epoch and seen_seq > s.q) then
    new_epoch()
  end
end

operations['begin'] = function()
  local turn, body, owner, on_busy, token = ARGV[OWN], ARGV[OWN + 1], ARGV[OWN + 2], ARGV[OWN + 3], ARGV[OWN + 4]
  local seen_epoch, seen_seq, most_waiting = ARGV[OWN + 5], tonumber(ARGV[OWN + 6]), tonumber(ARGV[OWN + 7])
  if s.owner and s.owner ~= owner then
    return { 'forbidden' }
  end
  local repeated = known_already(turn, token)
  if repeated then
    return repeated
  end
  local is_busy = s.token or kept.waiting > 0
  if is_busy and on_busy == 'REJECT' then
    return { 'busy' }
  end
  if kept.waiting >= most_waiting then
    return { 'full' }
  end

  found()
  if not s.token then
    new_epoch_if_elsewhere()
  end
  open_epoch(seen_epoch, seen_seq)
  s.owner = owner ~= '' and owner or nil
  if named then
    redis.call('SET', named, turn, 'PX', name_kept_ms)
  end
  local is_stopped = remembered == STOPPED
  if not is_busy then
    begin_turn(token, question(body), false, is_stopped)
    return { 'running', lease() }
  end
  local interrupts = on_busy == 'INTERRUPT'
  if interrupts and s.token then
    s.stop = '1'
  end
  is_called = s.token ~= nil
  wait(body, interrupts, is_stopped)
  return { 'waiting', waiting_one(turn).place, is_free() }
end
