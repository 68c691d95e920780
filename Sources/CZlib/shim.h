/* What this package uses of zlib: deflate and inflate. */
#include <zlib.h>
