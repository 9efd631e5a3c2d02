-- Appends to the log, and renews the lease.
--
-- takes    token, epoch, first and last event's number, the queue's version that the log tells, whether the question may
--          have gone upstream, how many messages are dropped and their turns, how many entries, and of each: first, last,
--          how many fields, the fields
-- answers  kept stop version; behind seq; gone; lost
local function list(from)
  local last, all = from + tonumber(ARGV[from]), {}
  for i = from + 1, last do
    all[#all + 1] = ARGV[i]
  end
  return all, last + 1
end

local function entries(from)
  local all, next_at = {}, from + 1
  for i = 1, tonumber(ARGV[from]) do
    local entry = { first = tonumber(ARGV[next_at]), last = tonumber(ARGV[next_at + 1]) }
    entry.fields, next_at = list(next_at + 2)
    all[i] = entry
  end
  return all, next_at
end

local function kept_so()
  return { 'kept', s.stop and 1 or 0, digits(s.version) }
end

-- What append and end have in common; answers where the arguments go on.
local function write(told, departed, more_at)
  local dropped, entries_at = list(more_at)
  local batch, next_at = entries(entries_at)
  for _, turn in ipairs(dropped) do
    local it = waiting_one(turn)
    if it then
      drop(it)
    end
  end
  if #batch > 0 and batch[#batch].last > s.q then
    append(batch)
  end
  tell(told)
  s.departed = departed and '1' or nil
  return next_at
end

operations['append'] = function()
  touched = kept.log == 0 -- often called: a turn is never so long that its session expires meanwhile
  local refused = refusal(ARGV[OWN], ARGV[OWN + 1], tonumber(ARGV[OWN + 2]), tonumber(ARGV[OWN + 3]))
  if refused then
    return refused
  end
  write(tonumber(ARGV[OWN + 4]), ARGV[OWN + 5] == '1', OWN + 6)
  return kept_so()
end
