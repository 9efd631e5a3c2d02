-- Takes a message back whose begin was not answered; one that comes late finds that its turn is known.
--
-- takes    turn, token
-- answers  retracted
operations['retract'] = function()
  local turn, token = ARGV[OWN], ARGV[OWN + 1]
  local it = waiting_one(turn)
  if it then
    stop_waiting(it)
  elseif s.token ~= token or s.turn ~= turn then
    found()
    s.begun = turn
  elseif not s.departed and s.q == s.from then
    take_back(question(redis.call('HGET', meta, 'item')).message)
    let_go()
    must_read = true
  end
  return { 'retracted' }
end
