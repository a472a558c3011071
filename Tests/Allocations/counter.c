// Counts what a program asks of the heap, for LD_PRELOAD; the number goes to $ALLOCATIONS at its end.
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static atomic_long count;

void *malloc(size_t size) { count++; return __libc_malloc(size); }
void *calloc(size_t n, size_t size) { count++; return __libc_calloc(n, size); }
void *realloc(void *old, size_t size) { count++; return __libc_realloc(old, size); }
void *memalign(size_t unit, size_t size) { count++; return __libc_memalign(unit, size); }
void *aligned_alloc(size_t unit, size_t size) { count++; return __libc_memalign(unit, size); }

int posix_memalign(void **result, size_t unit, size_t size) {
  count++;
  *result = __libc_memalign(unit, size);
  return *result ? 0 : 12;
}

__attribute__((destructor)) static void report(void) {
  const char *path = getenv("ALLOCATIONS");
  FILE *file = path ? fopen(path, "w") : NULL;
  if (file) { fprintf(file, "%ld\n", (long)count); fclose(file); }
}
