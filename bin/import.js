// import() for the build: where it has been compiled before, it has none of its own (load.js).
'use strict';
module.exports = (library) => import(library);
