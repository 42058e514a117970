// What the class needs to share connections: nothing. The build of `./shared` has `sharing.js` in the place of this file, and with it
// code that the other entries do not have.
export const sharing = null;
