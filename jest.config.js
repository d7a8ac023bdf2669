'use strict'

module.exports = {
  // Keeps Jest from crawling target/ and from meeting second packages of the same name in npm/ and bench/.
  roots: ['<rootDir>/__test__', '<rootDir>/lib'],
  testMatch: ['<rootDir>/__test__/**/*.test.js'],
  // What needs the WASM build is run by `npm run check`, which makes it.
  testPathIgnorePatterns: ['<rootDir>/__test__/fixtures/', '<rootDir>/__test__/wasm/'],
  testEnvironment: 'node',
  globalSetup: '<rootDir>/scripts/pool-worker.mjs',
  maxWorkers: '100%', // many tests wait for processes of their own: one worker fewer leaves processors idle
  testTimeout: 20_000,
  transform: {}, // what is tested is what is shipped
  coverageProvider: 'v8',
}
