'use strict'

// `roots` keeps Jest from crawling target/ and from meeting a second package called ironloop in npm/ and bench/.
module.exports = {
  roots: ['<rootDir>/__test__', '<rootDir>/lib'],
  testMatch: ['<rootDir>/__test__/**/*.test.js'],
  testEnvironment: 'node',
  testTimeout: 20_000,
}
