-- Who may write.

-- The Redis that this is, as replication names it: another one, promoted or restarted, may have lost what this one took.
local function master()
  local info = redis.pcall('INFO', 'replication')
  return type(info) == 'string' and string.match(info, 'master_replid:(%x+)') or nil
end

-- Numbers that were given twice would tell two stories: after a change of master nothing proves that they go on.
local function new_epoch_if_elsewhere()
  local here = master()
  if s.epoch and s.master and here and here ~= s.master then
    new_epoch()
  end
  s.master = here
end
local function give(token, it, told, stopped)
  s.token, s.deadline = token, now + lease_ms
  s.turn, s.from, s.begun = it.turn, s.q, it.turn
  s.given = (told and '1' or '0') .. (stopped and '1' or '0') .. digits(s.told)
  s.departed, s.stop = nil, stopped and '1' or nil
  redis.call('HSET', meta, 'item', it.body)
end

-- Gives it for a message whose turn begins: now it is part of the conversation.
local function begin_turn(token, it, told, stopped)
  give(token, it, told, stopped)
  keep(it.message, true)
end

-- As it was given, also to one who asks again.
local function lease()
  return { s.epoch, digits(s.from), string.sub(s.given, 1, 1), string.sub(s.given, 2, 2),
    redis.call('HGET', meta, 'item'), string.sub(s.given, 3) }
end

local function let_go()
  s.token, s.deadline, s.turn, s.from, s.given, s.departed, s.stop = nil, nil, nil, nil, nil, nil, nil
  redis.call('HDEL', meta, 'item')
end

-- The next lease, for the oldest that waits; nil where the claimant cannot run it. One that is stopped is not run here.
local function go_on(token, runs)
  local it = waiting()[1]
  if not it or it.stopped or not runs(it) then
    return nil
  end
  drop(it)
  begin_turn(token, it, it.added <= s.told, false)
  return lease()
end

-- Renews the lease, and answers why its holder may not write the events from first to last now; nil if it may.
local function refusal(token, epoch, first, last)
  if s.token ~= token then
    local is_lost = s.schema and (s.token or s.epoch ~= epoch or s.last == token)
    return { is_lost and 'lost' or 'gone' }
  end
  s.deadline = now + lease_ms
  if first > s.q + 1 or (first <= s.q and last > s.q) then
    return { 'behind', digits(s.q) }
  end
  return nil
end

local function partial(turn, state, text)
  return mark('assistant', turn) .. ',"at":"' .. at .. '","state":"' .. state .. '","content":"' .. text .. '"}'
end

-- What becomes of a turn whose replica was lost: an event, or nothing where it waits again.
local function end_lost(it)
  local text = (s.departed or s.stop) and text_of(it.turn) or ''
  if s.stop then
    if text ~= '' then
      keep(partial(it.turn, 'stopped', text), true)
    end
    return stopped_event(it.turn)
  end
  if s.departed then
    if text ~= '' then
      keep(partial(it.turn, 'interrupted', text), false)
    end
    return interrupted_event(it.turn, it.ref)
  end
  take_back(it.message)
  wait(it.body, true, false)
  return nil
end

-- Takes a lease away that is past.
local function abandon()
  local events = {}
  local it = question(redis.call('HGET', meta, 'item'))
  for _, other in ipairs(waiting()) do
    if other.stopped then
      events[#events + 1] = stopped_event(other.turn)
      drop(other)
    end
  end
  events[#events + 1] = end_lost(it)
  let_go()
  new_epoch()
  append_json(events)
end
