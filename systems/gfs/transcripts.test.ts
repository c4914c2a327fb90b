/** The transcripts in `transcripts/`; how they are read and renewed is told in `systems/testing/transcripts.ts`. */
import { testTranscripts } from '../testing/transcripts.ts';
import { Transcript } from './testing/transcript.ts';

testTranscripts(new URL('./transcripts/', import.meta.url), () => new Transcript());
