-- Stops a turn, wherever it is; or remembers the stop of a message that is not here yet.
--
-- takes    turn ('' for the one that runs, or the one of the name), how long a stop is remembered (ms)
-- answers  stopped, and the turn or nil
operations['stop'] = function()
  local turn = ARGV[OWN]
  if turn == '' then
    turn = named and remembered or not named and s.turn or nil
  end
  if named and (not turn or turn == STOPPED) then
    redis.call('SET', named, STOPPED, 'PX', ARGV[OWN + 1])
    return { 'stopped', false }
  end
  if turn and turn == s.turn then
    is_called = not s.stop
    s.stop = '1'
    return { 'stopped', turn }
  end
  local it = turn and waiting_one(turn)
  if it then
    stop_waiting(it)
  end
  return { 'stopped', it and turn or false }
end
