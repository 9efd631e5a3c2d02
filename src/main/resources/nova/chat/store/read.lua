-- Reads a session.
--
-- takes    whether a position is given, its epoch, its seq, whether the conversation is wanted, how much of the log (bytes)
-- answers  read owner epoch q turn from left (ms) free told since entries waiting messages
local function follow(seq, most)
  local all, bytes, next_seq = {}, 0, seq + 1
  while next_seq <= s.q and bytes < most do
    local page = redis.call('XRANGE', log, digits(next_seq) .. '-0', '+', 'COUNT', 16)
    if #page == 0 then
      return 'TRIMMED', {}
    end
    for _, entry in ipairs(page) do
      if tonumber(entry[2][2]) > next_seq then
        return 'TRIMMED', {}
      end
      all[#all + 1] = entry[2]
      bytes = bytes + size(entry[2], 3)
      next_seq = tonumber(string.match(entry[1], '^%d+')) + 1
      if bytes >= most then
        break
      end
    end
  end
  return 'CONTINUES', all
end

operations['read'] = function()
  local epoch, top, begins = s.epoch or '', s.q or 0, s.from or s.q or 0
  local seq, since, batches = begins, nil, {}
  if ARGV[OWN] == '1' then
    seq = tonumber(ARGV[OWN + 2])
    since = ARGV[OWN + 1] ~= epoch and 'OTHER_EPOCH' or seq > top and 'AHEAD' or nil
  end
  if not since then
    since, batches = follow(seq, tonumber(ARGV[OWN + 4]))
  end
  local left = s.token and s.deadline - now or 0
  return { 'read', s.owner or false, epoch, digits(top), s.turn or false, digits(begins), left, is_free(),
    digits(s.told), since, batches,
    kept.waiting > 0 and redis.call('LRANGE', queue, 0, -1) or {},
    ARGV[OWN + 3] == '1' and kept.messages > 0 and redis.call('LRANGE', messages, 0, -1) or {} }
end
