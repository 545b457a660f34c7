import { writeFileSync } from 'node:fs';
import { signalsDocument } from './signals-document.js';

writeFileSync(new URL('../../docs/signals.md', import.meta.url), signalsDocument());
