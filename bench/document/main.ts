import { writeDocuments } from './write.js';

await writeDocuments();
