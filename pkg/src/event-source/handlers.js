// What the class needs so that a platform calls no event handlers itself: nothing. The build for workerd has `handlers-once.js` in the
// place of this file.
export const handlersOnce = null;
