import { commandLine, tellStory } from './story.js'

tellStory(commandLine)
