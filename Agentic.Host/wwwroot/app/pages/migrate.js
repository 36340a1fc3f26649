import { renew } from '../dom.js';
import { pageHead } from '../parts.js';
export async function show({ outlet }) { renew(outlet, pageHead('x', null)); }
