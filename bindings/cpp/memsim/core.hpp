/* Of memsim.hpp: errors, spans, threads. */
#ifndef MEMSIM_CORE_HPP
#define MEMSIM_CORE_HPP

#include "memsim.h"

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace memsim {

/* -- Errors ------------------------------------------------------------------------------ */

/** A failed call: what() is the sentence of memsim_last_error(), status() says of which kind it is. */
class Error : public std::runtime_error {
 public:
  Error(memsim_status status, const char *sentence) : std::runtime_error(sentence), status_(status) {}
  memsim_status status() const noexcept { return status_; }

 private:
  memsim_status status_;
};

namespace detail {
inline void check(memsim_status status) {
  if (status != MEMSIM_OK) throw Error(status, memsim_last_error());
}

template <class T> struct dtype;
template <> struct dtype<float> : std::integral_constant<memsim_dtype, MEMSIM_FLOAT32> {};
template <> struct dtype<double> : std::integral_constant<memsim_dtype, MEMSIM_FLOAT64> {};
template <> struct dtype<std::int32_t> : std::integral_constant<memsim_dtype, MEMSIM_INT32> {};
template <> struct dtype<std::int64_t> : std::integral_constant<memsim_dtype, MEMSIM_INT64> {};
template <> struct dtype<std::uint8_t> : std::integral_constant<memsim_dtype, MEMSIM_UINT8> {};
}  // namespace detail

/** Version of the loaded library: major * 1000000 + minor * 1000 + patch. */
inline std::int32_t version() noexcept { return memsim_version(); }

/** How the loaded library was built: version, instruction set, compiler. */
inline const char *build_info() noexcept { return memsim_build_info(); }

/* -- Spans ------------------------------------------------------------------------------- */

/** A view of contiguous elements: from a pointer and a size, or from anything that has data() and size(),
 *  such as std::vector, std::array and std::span. T is const for inputs. */
template <class T> class Span {
 public:
  constexpr Span() noexcept = default;
  constexpr Span(T *data, std::size_t size) noexcept : data_(data), size_(size) {}
  template <class Container, class = std::enable_if_t<std::is_convertible_v<
                                 std::remove_pointer_t<decltype(std::declval<Container &>().data())> (*)[], T (*)[]>>>
  constexpr Span(Container &&container) noexcept : data_(container.data()), size_(container.size()) {}
  template <std::size_t N> constexpr Span(T (&elements)[N]) noexcept : data_(elements), size_(N) {}

  constexpr T *data() const noexcept { return data_; }
  constexpr std::size_t size() const noexcept { return size_; }
  constexpr T *begin() const noexcept { return data_; }
  constexpr T *end() const noexcept { return data_ + size_; }
  constexpr T &operator[](std::size_t index) const noexcept { return data_[index]; }

 private:
  T *data_ = nullptr;
  std::size_t size_ = 0;
};

namespace detail {
template <class T> void check_size(const char *name, Span<T> span, std::size_t wanted) {
  if (span.size() == wanted) return;
  const std::string sentence = std::string(name) + " must have " + std::to_string(wanted) + " elements, got " +
                               std::to_string(span.size());
  throw Error(MEMSIM_ERR_SHAPE, sentence.c_str());
}
}  // namespace detail

namespace detail {
/* An empty container may have no address, yet the library takes none for a mistake. */
template <class T> T *address(Span<T> span) noexcept {
  static T none{};
  return span.data() ? span.data() : &none;
}
}  // namespace detail

/* -- Threads ----------------------------------------------------------------------------- */

/** Worker threads that arrays and functions may share. Where a `const Context *` is taken, nullptr means the
 *  process-wide default. A default-constructed one has as many threads as MEMSIM_NUM_THREADS or the cores say. */
class Context {
 public:
  /** @param threads 1...1024, the caller's included; 0: as above */
  explicit Context(std::int32_t threads = 0) {
    memsim_context_def def;
    detail::check(memsim_context_def_init(&def, sizeof def));
    def.threads = threads;
    detail::check(memsim_context_create(&def, &handle_));
  }
  Context(Context &&other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Context &operator=(Context &&other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Context() { memsim_context_destroy(handle_); }

  /** Threads a call may use. */
  std::int32_t threads() const {
    std::int32_t count = 0;
    detail::check(memsim_context_threads(handle_, &count));
    return count;
  }
  /** For calls of memsim.h. */
  memsim_context *handle() const noexcept { return handle_; }

 private:
  memsim_context *handle_ = nullptr;
};

namespace detail {
inline memsim_context *handle(const Context *context) noexcept { return context ? context->handle() : nullptr; }
}  // namespace detail

}  // namespace memsim

#endif
