/* Of memsim.hpp: random numbers. */
#ifndef MEMSIM_RANDOM_HPP
#define MEMSIM_RANDOM_HPP

#include "core.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace memsim {

/** Which values to draw: {seed, stream, offset}. */
using Key = memsim_random_key;

namespace detail {
template <class Call, class T, class... Parameters>
void fill(Call call, Span<T> out, const Key &key, const Context *context, Parameters... parameters) {
  check(call(handle(context), &key, parameters..., address(out), dtype<T>::value, out.size()));
}
}  // namespace detail

/** Fills `out` with the values of `key`; the twin taking `count` returns them. Ranges and errors: see memsim.h. */
namespace random {

/** Uniform on [low, high). T is float or double. */
template <class T>
void uniform(Span<T> out, Key key, double low = 0, double high = 1, const Context *context = nullptr) {
  detail::fill(memsim_random_uniform, out, key, context, low, high);
}
template <class T = float, class... More> std::vector<T> uniform(std::size_t count, Key key, More... more) {
  std::vector<T> out(count);
  uniform<T>(Span<T>(out), key, more...);
  return out;
}

/** Normal with mean `mean` and standard deviation `std`. T is float or double. */
template <class T>
void normal(Span<T> out, Key key, double mean = 0, double std = 1, const Context *context = nullptr) {
  detail::fill(memsim_random_normal, out, key, context, mean, std);
}
template <class T = float, class... More> std::vector<T> normal(std::size_t count, Key key, More... more) {
  std::vector<T> out(count);
  normal<T>(Span<T>(out), key, more...);
  return out;
}

/** exp(normal(mean, sigma)). T is float or double. */
template <class T>
void lognormal(Span<T> out, Key key, double mean = 0, double sigma = 1, const Context *context = nullptr) {
  detail::fill(memsim_random_lognormal, out, key, context, mean, sigma);
}
template <class T = float, class... More> std::vector<T> lognormal(std::size_t count, Key key, More... more) {
  std::vector<T> out(count);
  lognormal<T>(Span<T>(out), key, more...);
  return out;
}

/** Exponential with mean `scale`. T is float or double. */
template <class T> void exponential(Span<T> out, Key key, double scale = 1, const Context *context = nullptr) {
  detail::fill(memsim_random_exponential, out, key, context, scale);
}
template <class T = float, class... More> std::vector<T> exponential(std::size_t count, Key key, More... more) {
  std::vector<T> out(count);
  exponential<T>(Span<T>(out), key, more...);
  return out;
}

/** Poisson with mean `rate`. T is std::int32_t or std::int64_t. */
template <class T> void poisson(Span<T> out, Key key, double rate = 1, const Context *context = nullptr) {
  detail::fill(memsim_random_poisson, out, key, context, rate);
}
template <class T = std::int32_t, class... More> std::vector<T> poisson(std::size_t count, Key key, More... more) {
  std::vector<T> out(count);
  poisson<T>(Span<T>(out), key, more...);
  return out;
}

/** 1 with probability `p`, else 0. */
inline void bernoulli(Span<std::uint8_t> out, Key key, double p = 0.5, const Context *context = nullptr) {
  detail::fill(memsim_random_bernoulli, out, key, context, p);
}
template <class... More> std::vector<std::uint8_t> bernoulli(std::size_t count, Key key, More... more) {
  std::vector<std::uint8_t> out(count);
  bernoulli(Span<std::uint8_t>(out), key, more...);
  return out;
}

/** Uniform on low...high-1. T is std::int32_t or std::int64_t. */
template <class T>
void integers(Span<T> out, Key key, std::int64_t low, std::int64_t high, const Context *context = nullptr) {
  detail::fill(memsim_random_integers, out, key, context, low, high);
}
template <class T = std::int32_t, class... More> std::vector<T> integers(std::size_t count, Key key, More... more) {
  std::vector<T> out(count);
  integers<T>(Span<T>(out), key, more...);
  return out;
}

}  // namespace random

}  // namespace memsim

#endif
