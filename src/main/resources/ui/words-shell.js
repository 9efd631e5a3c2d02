// All that the shell says to people beside what stands in index.html.

export const isMac = /Mac|iP/.test(navigator.platform);
const [command, shift] = isMac ? ['⌘', '⇧'] : ['Ctrl', 'Shift'];

export const words = {
  greeting: 'What would you like to ask?',
  placeholder: (name) => `Message ${name}`,
  suggestions: {
    Explain: 'how TCP notices a lost packet',
    Write: 'a rate limiter in Java, with a test',
    Compare: 'Redis and Postgres as a job queue',
    Plan: 'a rainy weekend in Lisbon',
  },

  connection: {
    idle: 'Not connected',
    connecting: 'Connecting…',
    open: 'Connected',
    unauthorized: 'API key needed',
    closed: 'Disconnected',
    waiting: (seconds, offline) => `${offline ? 'Offline. ' : ''}Trying again${seconds ? ` in ${seconds} s` : ''}`,
  },
  told: { open: 'Connected', waiting: 'Connection lost. Trying again.', closed: 'Disconnected' },
  closed: {
    1000: 'The server has ended this connection.',
    4003: 'This server does not let this page connect. Ask whoever runs it to allow this address.',
    other: 'This page and the server do not understand each other. Reload the page.',
  },
  waiting: {
    4008: 'The server is full. This page connects as soon as there is room.',
    4029: 'Too many wrong keys came from here. This page tries again in a while.',
  },
  dismiss: 'Dismiss',

  key: {
    asked: 'This server asks for an API key.',
    expired: 'Your key is no longer valid. Enter a new one.',
    wrong: 'The server did not accept this key. Check it and try again.',
    inUse: (masked) => `In use now: ${masked}`,
    none: 'Only needed if the server asks for one. It is sent to this server and nowhere else.',
    checking: 'Checking…',
    away: 'The server cannot be reached right now. The key is tried as soon as it can.',
    enter: 'Enter key',
  },

  composer: {
    enter: 'Enter to send, Shift+Enter for a new line',
    queued: 'This will be asked after the current answer',
    tooLong: (has, may) => `Too long: ${has} KB, and the server takes ${may} KB. Shorten it to send it.`,
  },

  untitled: 'Untitled',
  rename: 'Rename',
  newName: 'New name',
  remove: {
    button: 'Delete',
    title: (title) => `Delete “${title}”?`,
    text: 'It is forgotten in this browser. The server keeps it for seven days after its last use.',
  },
  days: ['Today', 'Yesterday', 'Earlier'],

  shortcuts: [
    ['Send', 'Enter'],
    ['New line', 'Shift+Enter'],
    ['Stop the answer', 'Esc'],
    ['Last question again, in an empty field', '↑'],
    ['New chat', `${command}+K`],
    ['Inspector', `${command}+${shift}+D`],
    ['This help', `${command}+/`],
  ],
};
