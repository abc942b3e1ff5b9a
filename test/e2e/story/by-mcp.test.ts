import { mcp, tellStory } from './story.js'

tellStory(mcp)
