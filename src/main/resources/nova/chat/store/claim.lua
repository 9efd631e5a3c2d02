-- Gives the right to run the oldest message that waits, if nothing runs.
--
-- takes    token, claimant
-- answers  lease lease; none, and whether there is nothing left to run or to wait for
operations['claim'] = function()
  local token, runs = ARGV[OWN], claimant(OWN + 1)
  if s.token == token then
    return { 'lease', lease() }
  end
  if s.token then
    return { 'none', 0 }
  end
  if kept.waiting > 0 then
    new_epoch_if_elsewhere()
  end
  for _, it in ipairs(waiting()) do
    if not it.stopped then
      break
    end
    stop_waiting(it)
  end
  local given = go_on(token, runs)
  if given then
    return { 'lease', given }
  end
  return { 'none', kept.waiting == 0 and 1 or 0 }
end
