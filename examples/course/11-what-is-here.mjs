// A program that runs everywhere asks what is there before it relies on it.
import { capabilities } from 'ironloop'

const { binding, threads, modules } = capabilities()
console.log(binding.kind === 'native' ? 'native' : binding.reason) // native
console.log(threads > 0) // true
console.log(typeof modules.child_process.killTree) // string
