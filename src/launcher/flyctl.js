import { keepCompiledCode } from './compile-cache.js'

keepCompiledCode()
import('./stand-in.js')
