/* The few vector operations that Swift does not lower to one instruction, and the system calls it cannot express.
 * The importer inlines the vector functions; types arrive in Swift as SIMDn. */
#ifndef CMEMSIM_SIMD_H
#define CMEMSIM_SIMD_H

#include <stdint.h>

/* Multiply-adds are fused only where written: results must not depend on the instruction set. */
#pragma clang fp contract(off)

#define MS_INLINE static inline __attribute__((always_inline))

typedef _Float16 ms_h16 __attribute__((ext_vector_type(16)));
typedef float ms_f8 __attribute__((ext_vector_type(8)));
typedef float ms_f16 __attribute__((ext_vector_type(16)));
typedef double ms_d8 __attribute__((ext_vector_type(8)));
typedef double ms_d16 __attribute__((ext_vector_type(16)));
typedef int32_t ms_i16 __attribute__((ext_vector_type(16)));
typedef int32_t ms_i8 __attribute__((ext_vector_type(8)));
typedef int64_t ms_l8 __attribute__((ext_vector_type(8)));
typedef uint8_t ms_b8 __attribute__((ext_vector_type(8)));
typedef _Bool ms_m16 __attribute__((ext_vector_type(16)));
typedef uint8_t ms_b16 __attribute__((ext_vector_type(16)));
typedef uint32_t ms_u8 __attribute__((ext_vector_type(8)));
typedef uint32_t ms_u16 __attribute__((ext_vector_type(16)));
typedef uint64_t ms_q8 __attribute__((ext_vector_type(8)));

/* -- float, 16 lanes -- */
MS_INLINE ms_f16 ms_sqrt_f(ms_f16 x) { return __builtin_elementwise_sqrt(x); }
MS_INLINE ms_f16 ms_round_f(ms_f16 x) { return __builtin_elementwise_roundeven(x); }
MS_INLINE ms_f16 ms_abs_f(ms_f16 x) { return __builtin_elementwise_abs(x); }
MS_INLINE ms_f16 ms_fma_f(ms_f16 a, ms_f16 b, ms_f16 c) { return __builtin_elementwise_fma(a, b, c); }
MS_INLINE ms_f16 ms_int_to_f(ms_i16 x) { return __builtin_convertvector(x, ms_f16); }
MS_INLINE ms_i16 ms_less_f(ms_f16 a, ms_f16 b) { return a < b; }
MS_INLINE ms_i16 ms_equal_zero_f(ms_f16 x) { return x == 0.0f; }
MS_INLINE ms_i16 ms_less_equal_f(ms_f16 a, ms_f16 b) { return a <= b; }
MS_INLINE ms_f16 ms_select_f(ms_i16 mask, ms_f16 yes, ms_f16 no) { return mask ? yes : no; }
MS_INLINE ms_u16 ms_select_u(ms_i16 mask, ms_u16 yes, ms_u16 no) { return mask ? yes : no; }
/* One bit a lane of a mask of 0 and -1: one instruction, where a reduction over the lanes takes eight. */
MS_INLINE uint32_t ms_bits(ms_i16 mask) {
  ms_m16 lanes = __builtin_convertvector(mask < 0, ms_m16);
  uint16_t bits;
  __builtin_memcpy(&bits, &lanes, sizeof bits);
  return bits;
}
MS_INLINE ms_b16 ms_narrow_u8(ms_i16 x) { return __builtin_convertvector(x, ms_b16); }
MS_INLINE ms_i16 ms_nonzero_u8(ms_b16 x) { return __builtin_convertvector(x != 0, ms_i16); }
MS_INLINE ms_i16 ms_less_i(ms_i16 a, ms_i16 b) { return a < b; }
MS_INLINE ms_i16 ms_equal_zero_i(ms_i16 x) { return x == 0; }
/* Of the least number the largest, which is its magnitude less 1. */
MS_INLINE ms_i16 ms_abs_i(ms_i16 x) { return x < 0 ? -(x + (x == INT32_MIN ? 1 : 0)) : x; }
MS_INLINE ms_i16 ms_select_i(ms_i16 mask, ms_i16 yes, ms_i16 no) { return mask ? yes : no; }
MS_INLINE ms_i16 ms_at_least_i(ms_i16 x, ms_i16 limit) { return limit > x ? limit : x; }
MS_INLINE int32_t ms_largest_i(ms_i16 x) { return __builtin_reduce_max(x); }
MS_INLINE ms_i16 ms_equal_u(ms_u16 a, ms_u16 b) { return a == b; }
/* NaN in `x` stays; a NaN limit does not count. */
MS_INLINE ms_f16 ms_at_most_f(ms_f16 x, ms_f16 limit) { return limit < x ? limit : x; }
MS_INLINE ms_f16 ms_at_least_f(ms_f16 x, ms_f16 limit) { return limit > x ? limit : x; }

MS_INLINE ms_f16 ms_load_half(const void *at) { ms_h16 x; __builtin_memcpy(&x, at, sizeof x); return __builtin_convertvector(x, ms_f16); }
MS_INLINE void ms_store_half(void *at, ms_f16 x) { ms_h16 h = __builtin_convertvector(x, ms_h16); __builtin_memcpy(at, &h, sizeof h); }

/* -- double, 8 lanes -- */
MS_INLINE ms_d8 ms_sqrt_d(ms_d8 x) { return __builtin_elementwise_sqrt(x); }
MS_INLINE ms_d8 ms_round_d(ms_d8 x) { return __builtin_elementwise_roundeven(x); }
MS_INLINE ms_d8 ms_floor_d(ms_d8 x) { return __builtin_elementwise_floor(x); }
MS_INLINE ms_d8 ms_abs_d(ms_d8 x) { return __builtin_elementwise_abs(x); }
MS_INLINE ms_d8 ms_fma_d(ms_d8 a, ms_d8 b, ms_d8 c) { return __builtin_elementwise_fma(a, b, c); }
MS_INLINE ms_l8 ms_less_d(ms_d8 a, ms_d8 b) { return a < b; }
MS_INLINE ms_l8 ms_less_equal_d(ms_d8 a, ms_d8 b) { return a <= b; }
MS_INLINE ms_l8 ms_equal_d(ms_d8 a, ms_d8 b) { return a == b; }
MS_INLINE ms_d8 ms_select_d(ms_l8 mask, ms_d8 yes, ms_d8 no) { return mask ? yes : no; }
MS_INLINE ms_d8 ms_at_most_d(ms_d8 x, ms_d8 limit) { return limit < x ? limit : x; }
MS_INLINE ms_d8 ms_at_least_d(ms_d8 x, ms_d8 limit) { return limit > x ? limit : x; }
MS_INLINE int64_t ms_or_lanes_l(ms_l8 x) { return __builtin_reduce_or(x); }
MS_INLINE ms_d8 ms_f_to_d(ms_f8 x) { return __builtin_convertvector(x, ms_d8); }
MS_INLINE ms_f8 ms_d_to_f(ms_d8 x) { return __builtin_convertvector(x, ms_f8); }

/* -- tables -- */

/* Keeps an index in a register of its own: out of sixteen that were read one by one the compiler makes one gather or
 * scatter instruction, which takes longer than they do. */
#define MS_ALONE(index) __asm__("" : "+r"(index))
MS_INLINE ms_f16 ms_gather_f(const float *from, const int32_t *index) {
  ms_f16 out;
  for (int k = 0; k < 16; k++) {
    int64_t at = index[k];
    MS_ALONE(at);
    out[k] = from[at];
  }
  return out;
}
/* The first `count` lanes to their places, in their order. */
MS_INLINE void ms_scatter_f(float *to, const int32_t *index, ms_f16 x, int64_t count) {
  float lanes[16];
  __builtin_memcpy(lanes, &x, sizeof x);
  for (int k = 0; k < count; k++) {
    int64_t at = index[k];
    MS_ALONE(at);
    to[at] = lanes[k];
  }
}
/* The lanes whose bits are set, in their order, from lane 0 on; 0 in the others. */
MS_INLINE ms_i16 ms_compress_i(uint32_t bits, ms_i16 x) {
#ifdef __AVX512F__
  typedef int ms_v16 __attribute__((vector_size(64)));
  return (ms_i16)__builtin_ia32_compresssi512_mask((ms_v16)x, (ms_v16){0}, (uint16_t)bits);
#else
  ms_i16 out = 0;
  for (int k = 0; bits != 0; bits &= bits - 1) out[k++] = x[__builtin_ctz(bits)];
  return out;
#endif
}
typedef float ms_f4 __attribute__((ext_vector_type(4)));
MS_INLINE ms_f8 ms_two_rows_f(const float *first, const float *second) {
  ms_f4 a, b;
  __builtin_memcpy(&a, first, sizeof a);
  __builtin_memcpy(&b, second, sizeof b);
  return __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7);
}
/* Rows k and k + 4 lie in low[k], k + 8 and k + 12 in high[k]. */
MS_INLINE void ms_turn_rows_f(const ms_f8 *low, const ms_f8 *high, ms_f16 *out) {
#define MS_TURN(h, out0, out1, out2, out3)                                            \
  do {                                                                                \
    ms_f8 p = __builtin_shufflevector(h[0], h[1], 0, 8, 1, 9, 4, 12, 5, 13);          \
    ms_f8 q = __builtin_shufflevector(h[0], h[1], 2, 10, 3, 11, 6, 14, 7, 15);        \
    ms_f8 r = __builtin_shufflevector(h[2], h[3], 0, 8, 1, 9, 4, 12, 5, 13);          \
    ms_f8 s = __builtin_shufflevector(h[2], h[3], 2, 10, 3, 11, 6, 14, 7, 15);        \
    out0 = __builtin_shufflevector(p, r, 0, 1, 8, 9, 4, 5, 12, 13);                   \
    out1 = __builtin_shufflevector(p, r, 2, 3, 10, 11, 6, 7, 14, 15);                 \
    out2 = __builtin_shufflevector(q, s, 0, 1, 8, 9, 4, 5, 12, 13);                   \
    out3 = __builtin_shufflevector(q, s, 2, 3, 10, 11, 6, 7, 14, 15);                 \
  } while (0)
#define MS_JOIN(l, h) __builtin_shufflevector(l, h, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
  ms_f8 l0, l1, l2, l3, h0, h1, h2, h3;
  MS_TURN(low, l0, l1, l2, l3);
  MS_TURN(high, h0, h1, h2, h3);
  out[0] = MS_JOIN(l0, h0);
  out[1] = MS_JOIN(l1, h1);
  out[2] = MS_JOIN(l2, h2);
  out[3] = MS_JOIN(l3, h3);
#undef MS_JOIN
#undef MS_TURN
}
/* Four neighbouring columns of the rows index[i], which begin `stride` floats apart, to four vectors: row index[i] in
 * lane i. (Structs of vectors are not imported.) */
MS_INLINE void ms_columns_f(const float *table, ms_i16 index, int32_t stride, void *out) {
  ms_f8 low[4], high[4];
  for (int k = 0; k < 4; k++) {
    low[k] = ms_two_rows_f(table + (int64_t)index[k] * stride, table + (int64_t)index[k + 4] * stride);
    high[k] = ms_two_rows_f(table + (int64_t)index[k + 8] * stride, table + (int64_t)index[k + 12] * stride);
  }
  ms_turn_rows_f(low, high, out);
}
/* The four numbers of each of the records index[i], which lie side by side, to four vectors. */
MS_INLINE void ms_records_f(const float *records, const int32_t *index, void *out) {
  ms_f8 low[4], high[4];
  for (int k = 0; k < 4; k++) {
    int64_t a = index[k], b = index[k + 4], c = index[k + 8], d = index[k + 12];
    MS_ALONE(a);
    MS_ALONE(b);
    MS_ALONE(c);
    MS_ALONE(d);
    low[k] = ms_two_rows_f(records + 4 * a, records + 4 * b);
    high[k] = ms_two_rows_f(records + 4 * c, records + 4 * d);
  }
  ms_turn_rows_f(low, high, out);
}

/* Transposes 8 x 8 doubles: element (i, j) at from + i from_stride + j goes to to + j to_stride + i. */
MS_INLINE void ms_transpose_d(const double *from, int64_t from_stride, double *to, int64_t to_stride) {
  ms_d8 a[8], b[8], c[8];
  for (int i = 0; i < 8; i++) __builtin_memcpy(&a[i], from + i * from_stride, sizeof a[i]);
  for (int i = 0; i < 8; i += 2) {
    b[i] = __builtin_shufflevector(a[i], a[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
    b[i + 1] = __builtin_shufflevector(a[i], a[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
  }
  for (int i = 0; i < 8; i += 4)
    for (int k = 0; k < 2; k++) {
      c[i + k] = __builtin_shufflevector(b[i + k], b[i + k + 2], 0, 1, 8, 9, 4, 5, 12, 13);
      c[i + k + 2] = __builtin_shufflevector(b[i + k], b[i + k + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    }
  for (int k = 0; k < 4; k++) {
    ms_d8 low = __builtin_shufflevector(c[k], c[k + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    ms_d8 high = __builtin_shufflevector(c[k], c[k + 4], 4, 5, 6, 7, 12, 13, 14, 15);
    __builtin_memcpy(to + k * to_stride, &low, sizeof low);
    __builtin_memcpy(to + (k + 4) * to_stride, &high, sizeof high);
  }
}

/* The same of 16 x 16 floats. */
MS_INLINE void ms_transpose_f(const float *from, int64_t from_stride, float *to, int64_t to_stride) {
  ms_f16 a[16], b[16];
  for (int i = 0; i < 16; i++) __builtin_memcpy(&a[i], from + i * from_stride, sizeof a[i]);
  for (int i = 0; i < 16; i += 2) {
    b[i] = __builtin_shufflevector(a[i], a[i + 1], 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30);
    b[i + 1] = __builtin_shufflevector(a[i], a[i + 1], 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31);
  }
  for (int i = 0; i < 16; i += 4)
    for (int k = i; k < i + 2; k++) {
      a[k] = __builtin_shufflevector(b[k], b[k + 2], 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29);
      a[k + 2] = __builtin_shufflevector(b[k], b[k + 2], 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
    }
  for (int i = 0; i < 16; i += 8)
    for (int k = i; k < i + 4; k++) {
      b[k] = __builtin_shufflevector(a[k], a[k + 4], 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27);
      b[k + 4] = __builtin_shufflevector(a[k], a[k + 4], 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31);
    }
  for (int k = 0; k < 8; k++) {
    ms_f16 low = __builtin_shufflevector(b[k], b[k + 8], 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
    ms_f16 high = __builtin_shufflevector(b[k], b[k + 8], 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
    __builtin_memcpy(to + k * to_stride, &low, sizeof low);
    __builtin_memcpy(to + (k + 8) * to_stride, &high, sizeof high);
  }
}

/* -- along sixteen lanes -- */

/* Lane k of ms_up is lane k - 1 of x, lane k of ms_down lane k + 1; 0 enters. ms_scan_up solves y_k = x_k + a_k y_(k-1)
 * by four doublings, ms_scan_down y_k = x_k + a_k y_(k+1): at[16 t + k] is the product of a_k and of the 2^t - 1 lanes
 * before it, or behind. */
#define MS_UP(x, n)                                                                                                  \
  __builtin_shufflevector(zero, x, 16 - n, 17 - n, 18 - n, 19 - n, 20 - n, 21 - n, 22 - n, 23 - n, 24 - n, 25 - n,   \
                          26 - n, 27 - n, 28 - n, 29 - n, 30 - n, 31 - n)
#define MS_DOWN(x, n)                                                                                                \
  __builtin_shufflevector(x, zero, n, n + 1, n + 2, n + 3, n + 4, n + 5, n + 6, n + 7, n + 8, n + 9, n + 10, n + 11, \
                          n + 12, n + 13, n + 14, n + 15)
#define MS_ALONG(name, vector, scalar)                                                                               \
  MS_INLINE vector ms_factors_##name(const scalar *at) {                                                             \
    vector a;                                                                                                        \
    __builtin_memcpy(&a, at, sizeof a);                                                                              \
    return a;                                                                                                        \
  }                                                                                                                  \
  MS_INLINE vector ms_up_##name(vector x) { vector zero = 0; return MS_UP(x, 1); }                                   \
  MS_INLINE vector ms_down_##name(vector x) { vector zero = 0; return MS_DOWN(x, 1); }                               \
  MS_INLINE vector ms_scan_up_##name(vector x, const scalar *at) {                                                   \
    vector zero = 0;                                                                                                 \
    x = __builtin_elementwise_fma(ms_factors_##name(at), MS_UP(x, 1), x);                                            \
    x = __builtin_elementwise_fma(ms_factors_##name(at + 16), MS_UP(x, 2), x);                                       \
    x = __builtin_elementwise_fma(ms_factors_##name(at + 32), MS_UP(x, 4), x);                                       \
    return __builtin_elementwise_fma(ms_factors_##name(at + 48), MS_UP(x, 8), x);                                    \
  }                                                                                                                  \
  MS_INLINE vector ms_scan_down_##name(vector x, const scalar *at) {                                                 \
    vector zero = 0;                                                                                                 \
    x = __builtin_elementwise_fma(ms_factors_##name(at), MS_DOWN(x, 1), x);                                          \
    x = __builtin_elementwise_fma(ms_factors_##name(at + 16), MS_DOWN(x, 2), x);                                     \
    x = __builtin_elementwise_fma(ms_factors_##name(at + 32), MS_DOWN(x, 4), x);                                     \
    return __builtin_elementwise_fma(ms_factors_##name(at + 48), MS_DOWN(x, 8), x);                                  \
  }
MS_ALONG(f, ms_f16, float)
MS_ALONG(d16, ms_d16, double)
#undef MS_ALONG
/* Those products, [4 x 16], by doublings. */
MS_INLINE void ms_products_d16(ms_d16 a, double *up, double *down) {
  const ms_d16 zero = 0;
  ms_d16 before = a, behind = a;
#define MS_DOUBLING(t, n)                                  \
  __builtin_memcpy(up + 16 * (t), &before, sizeof a);      \
  __builtin_memcpy(down + 16 * (t), &behind, sizeof a);    \
  before *= MS_UP(before, n);                              \
  behind *= MS_DOWN(behind, n)
  MS_DOUBLING(0, 1);
  MS_DOUBLING(1, 2);
  MS_DOUBLING(2, 4);
  MS_DOUBLING(3, 8);
#undef MS_DOUBLING
}
/* Sums of the lanes up to each, and from each on. */
MS_INLINE ms_d16 ms_sums_up_d16(ms_d16 x) {
  ms_d16 zero = 0;
  x += MS_UP(x, 1);
  x += MS_UP(x, 2);
  x += MS_UP(x, 4);
  return x + MS_UP(x, 8);
}
MS_INLINE ms_d16 ms_sums_down_d16(ms_d16 x) {
  ms_d16 zero = 0;
  x += MS_DOWN(x, 1);
  x += MS_DOWN(x, 2);
  x += MS_DOWN(x, 4);
  return x + MS_DOWN(x, 8);
}
#undef MS_UP
#undef MS_DOWN

/* -- integers -- */

/* The low words' 64-bit products: one instruction, since the high words are masked off. */
MS_INLINE ms_q8 ms_mul_low_words_q(ms_q8 a, uint32_t b) { return (a & 0xffffffffu) * (ms_q8)(uint64_t)b; }
MS_INLINE ms_i16 ms_float_to_int(ms_f16 x) { return __builtin_convertvector(x, ms_i16); }
MS_INLINE ms_l8 ms_widen_i(ms_i8 x) { return __builtin_convertvector(x, ms_l8); }
MS_INLINE ms_q8 ms_widen_u(ms_u8 x) { return __builtin_convertvector(x, ms_q8); }
MS_INLINE ms_b8 ms_flags_l(ms_l8 mask) { return __builtin_convertvector(mask & 1, ms_b8); }
MS_INLINE ms_u8 ms_narrow_q(ms_q8 x) { return __builtin_convertvector(x, ms_u8); }

/* -- memory and threads -- */
MS_INLINE void ms_prefetch(const void *address) { __builtin_prefetch(address, 0, 3); }
/* To the second cache. */
MS_INLINE void ms_prefetch_near(const void *address) { __builtin_prefetch(address, 0, 2); }
MS_INLINE int32_t ms_atomic_exchange(int32_t *at, int32_t value) { return __atomic_exchange_n(at, value, __ATOMIC_ACQ_REL); }
MS_INLINE int32_t ms_atomic_load(const int32_t *at) { return __atomic_load_n(at, __ATOMIC_ACQUIRE); }
MS_INLINE void ms_atomic_store(int32_t *at, int32_t value) { __atomic_store_n(at, value, __ATOMIC_RELEASE); }
/* In loops that wait for another thread: leaves the core to its sibling. */
MS_INLINE void ms_pause(void) {
#ifdef __x86_64__
  __builtin_ia32_pause();
#endif
}
MS_INLINE int64_t ms_atomic_next(int64_t *at) { return __atomic_fetch_add(at, 1, __ATOMIC_ACQ_REL); }

/* A Swift closure as its two words, so that a worker pool can hand on one that must not escape: Swift would copy it
 * to the heap. Valid while the closure is. */
typedef struct ms_closure {
  void *function;
  void *context;
} ms_closure;

/* Calls a closure of type (Int) -> Void. */
void ms_closure_call(const ms_closure *closure, int64_t argument);

/* Cores this process may run on. */
int32_t ms_available_cores(void);

#endif
