-- Ends the turn, and goes on to the next message or lets go of the lease.
--
-- takes    as append; then the answer ('' for none), whether it is built upon, claimant, the next token ('' for none)
-- answers  ended, how many wait, and the next lease if there is one; or as append
local function ended(next_lease)
  return { 'ended', kept.waiting, next_lease }
end

operations['end'] = function()
  local token, told = ARGV[OWN], tonumber(ARGV[OWN + 4])
  if s.last == token and s.token ~= token then
    -- The answer to the first of two calls was lost; the one lease that it can have given has the name of then.
    return ended(s.token and s.token == ARGV[#ARGV] and lease() or nil)
  end
  local refused = refusal(token, ARGV[OWN + 1], tonumber(ARGV[OWN + 2]), tonumber(ARGV[OWN + 3]))
  if refused then
    return refused
  end
  if s.version ~= told then
    return kept_so()
  end
  local answer_at = write(told, ARGV[OWN + 5] == '1', OWN + 6)
  local answer, is_built_upon, runs = ARGV[answer_at], ARGV[answer_at + 1] == '1', claimant(answer_at + 2)
  if answer ~= '' then
    keep(answer, is_built_upon)
  end
  let_go()
  s.last = token
  local next_token = ARGV[#ARGV]
  return ended(next_token ~= '' and go_on(next_token, runs) or nil)
end
