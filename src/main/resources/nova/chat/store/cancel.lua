-- Stops the message of the name, if it waits.
--
-- answers  stopped, and the turn or nil
operations['cancel'] = function()
  local it = remembered and waiting_one(remembered)
  if it then
    stop_waiting(it)
  end
  return { 'stopped', it and it.turn or false }
end
