/* The layout of preprocess.json, shared by writing and reading. */
#ifndef PREPROCESS_JSON_H
#define PREPROCESS_JSON_H

#define PREPROCESS_FORMAT "lspec-preprocess"
enum { PREPROCESS_VERSION = 1 };

#endif
