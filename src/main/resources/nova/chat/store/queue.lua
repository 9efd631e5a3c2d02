-- answers  queue version waiting
operations['queue'] = function()
  return { 'queue', digits(s.version), kept.waiting > 0 and redis.call('LRANGE', queue, 0, -1) or {} }
end
