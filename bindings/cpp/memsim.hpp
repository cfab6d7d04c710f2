/* memsim.hpp - memristive device and crossbar simulation for C++17 and newer, header-only over memsim.h.
 *
 *   1 Errors   2 Spans   3 Threads   4 Random numbers   5 Models   6 Arrays   7 Crossbars   8 Periphery   9 Training
 *   10 Analog tiles   11 Inference
 *
 * Conventions
 *   Those of memsim.h: SI units, row-major matrices, float or double. Every function throws memsim::Error on
 *   failure and has then written nothing. Functions that return a std::vector allocate it; each has a twin that
 *   writes into a Span of the caller's, which allocates only where memsim.h says that the call does.
 */
#ifndef MEMSIM_HPP
#define MEMSIM_HPP

#include "memsim.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace memsim {

/* -- 1 Errors ----------------------------------------------------------------------------- */

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

/* -- 2 Spans ------------------------------------------------------------------------------ */

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

/* -- 3 Threads ---------------------------------------------------------------------------- */

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

/* -- 4 Random numbers --------------------------------------------------------------------- */

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

/* -- 5 Models ----------------------------------------------------------------------------- */

/** A device model with its parameters, options, states, quantities and presets. Strings live as long as the library. */
struct Model {
  memsim_model_card card;
  std::vector<memsim_param_card> params;
  std::vector<memsim_option_card> options;
  std::vector<memsim_state_card> states;
  std::vector<memsim_state_card> quantities; /**< what evaluate() gives */
  std::vector<memsim_preset_card> presets;   /**< parameters that were published together */
};

namespace detail {
template <class Card, class Call> std::vector<Card> cards(Call call, const char *model, std::int32_t count) {
  std::vector<Card> all(static_cast<std::size_t>(count));
  std::int32_t index = 0;
  for (Card &card : all) {
    card.size = sizeof(Card);
    check(call(model, index++, &card));
  }
  return all;
}
}  // namespace detail

/** Describes a model by its name. */
inline Model model(const std::string &name) {
  Model found;
  found.card.size = sizeof found.card;
  detail::check(memsim_model_info(name.c_str(), &found.card));
  found.params = detail::cards<memsim_param_card>(memsim_model_param, found.card.name, found.card.param_count);
  found.options = detail::cards<memsim_option_card>(memsim_model_option, found.card.name, found.card.option_count);
  found.states = detail::cards<memsim_state_card>(memsim_model_state, found.card.name, found.card.state_count);
  found.quantities =
      detail::cards<memsim_state_card>(memsim_model_quantity, found.card.name, found.card.quantity_count);
  found.presets = detail::cards<memsim_preset_card>(memsim_model_preset, found.card.name, found.card.preset_count);
  return found;
}

/** Every model of this build, by name. */
inline std::map<std::string, Model> models() {
  std::map<std::string, Model> all;
  for (std::int32_t index = 0; index < memsim_model_count(); index++) {
    const std::string name = memsim_model_name(index);
    all.emplace(name, model(name));
  }
  return all;
}

/** What may differ from the defaults of a model when it is evaluated. */
struct EvaluateConfig {
  std::map<std::string, std::vector<double>> params; /**< by name, row-major; see Model::params */
  std::map<std::string, std::string> options;        /**< by name; see Model::options */
  std::string preset;                                /**< see Model::presets; empty: none. `params` win */
  const Context *context = nullptr;
};

namespace detail {
/* What differs from a model's defaults, as the defs of memsim.h take it; refers to the config. */
class Settings {
 public:
  template <class Config> explicit Settings(const Config &config) {
    for (const auto &[name, values] : config.params) params_.push_back({name.c_str(), values.data(), values.size()});
    for (const auto &[name, choice] : config.options) options_.push_back({name.c_str(), choice.c_str()});
    preset_ = config.preset.empty() ? nullptr : config.preset.c_str();
  }
  template <class Def> void write(Def &def) const noexcept {
    def.preset = preset_;
    def.params = params_.data();
    def.param_count = params_.size();
    def.options = options_.data();
    def.option_count = options_.size();
  }

 private:
  std::vector<memsim_param> params_;
  std::vector<memsim_option> options_;
  const char *preset_;
};
}  // namespace detail

/** Buffers by name: of states, or of quantities. */
template <class T> using Named = std::map<std::string, Span<T>>;

/** Quantities of independent cells at voltages, for given states: no array, no time, no noise. T is float or double.
 *  @param volts   one for all, or [cells] V
 *  @param states  settable ones, one value for all or [cells]; those not given are those of new cells
 *  @param outputs [cells] each, by the names of Model::quantities; their common size is the number of cells */
template <class T>
void evaluate(const std::string &model, Span<const T> volts, const Named<const T> &states, const Named<T> &outputs,
              const EvaluateConfig &config = {}) {
  memsim_evaluate_def def;
  detail::check(memsim_evaluate_def_init(&def, sizeof def));
  const detail::Settings settings(config);
  settings.write(def);
  std::vector<memsim_values> given;
  for (const auto &[name, values] : states) given.push_back({name.c_str(), values.data(), values.size()});
  std::vector<memsim_output> wanted;
  for (const auto &[name, out] : outputs) wanted.push_back({name.c_str(), out.data()});
  if (!outputs.empty()) def.count = outputs.begin()->second.size();
  for (const auto &[name, out] : outputs) detail::check_size(name.c_str(), out, static_cast<std::size_t>(def.count));
  def.model = model.c_str();
  def.dtype = detail::dtype<T>::value;
  def.volts = volts.data();
  def.volts_count = volts.size();
  def.states = given.data();
  def.state_count = given.size();
  detail::check(memsim_model_evaluate(detail::handle(config.context), &def, wanted.data(), wanted.size()));
}

/** The same for all quantities of the model, in new vectors: as many cells as the longest of the inputs has values. */
inline std::map<std::string, std::vector<double>> evaluate(
    const std::string &name, Span<const double> volts, const std::map<std::string, std::vector<double>> &states = {},
    const EvaluateConfig &config = {}) {
  Named<const double> given;
  std::size_t count = volts.size();
  for (const auto &[state, values] : states) {
    given.emplace(state, values);
    if (values.size() > count) count = values.size();
  }
  std::map<std::string, std::vector<double>> found;
  Named<double> outputs;
  for (const memsim_state_card &card : model(name).quantities) {
    outputs.emplace(card.name, found.emplace(card.name, std::vector<double>(count)).first->second);
  }
  evaluate<double>(name, volts, given, outputs, config);
  return found;
}

/* Nonidealities: in what the devices of trained layers, and of crossbars with wires, differ from conductances. */

/** A nonideality by name, or a selector; parameters that are not given keep their defaults. */
struct Nonideality {
  std::string name;                                       /**< of nonidealities(), or of selectors() */
  std::map<std::string, std::vector<double>> params = {}; /**< by name; see Model::params */
};

namespace detail {
/* Nonidealities as memsim.h takes them; refers to those given. */
class NonidealityList {
 public:
  explicit NonidealityList(Span<const Nonideality> given) : params_(given.size()) {
    for (std::size_t i = 0; i < given.size(); i++) {
      for (const auto &[name, values] : given[i].params) {
        params_[i].push_back({name.c_str(), values.data(), values.size()});
      }
      list_.push_back({given[i].name.c_str(), params_[i].data(), params_[i].size()});
    }
  }
  const std::vector<memsim_nonideality> &list() const noexcept { return list_; }

 private:
  std::vector<std::vector<memsim_param>> params_;
  std::vector<memsim_nonideality> list_;
};
}  // namespace detail

/** Describes a nonideality by its name: a Model that has a card and parameters alone. */
inline Model nonideality(const std::string &name) {
  Model found;
  found.card.size = sizeof found.card;
  detail::check(memsim_nonideality_info(name.c_str(), &found.card));
  found.params = detail::cards<memsim_param_card>(memsim_nonideality_param, found.card.name, found.card.param_count);
  return found;
}

/** Every nonideality of this build, by name. */
inline std::map<std::string, Model> nonidealities() {
  std::map<std::string, Model> all;
  for (std::int32_t index = 0; index < memsim_nonideality_count(); index++) {
    const std::string name = memsim_nonideality_name(index);
    all.emplace(name, nonideality(name));
  }
  return all;
}

/** Currents of single devices by a nonideality that is an I-V law, and their derivatives.
 *  @param volts         [devices] V
 *  @param conductance   [devices] S, > 0
 *  @param normals       [devices x 2] standard normals of each device
 *  @param current       [devices] A
 *  @param d_conductance [devices] V, dI/dG
 *  @param d_voltage     [devices] S, dI/dV */
inline void law_evaluate(const Nonideality &law, Span<const double> volts, Span<const double> conductance,
                         Span<const double> normals, Span<double> current, Span<double> d_conductance,
                         Span<double> d_voltage) {
  const std::size_t count = volts.size();
  detail::check_size("conductance", conductance, count);
  detail::check_size("normals", normals, 2 * count);
  detail::check_size("current", current, count);
  detail::check_size("d_conductance", d_conductance, count);
  detail::check_size("d_voltage", d_voltage, count);
  const detail::NonidealityList given({&law, 1});
  detail::check(memsim_law_evaluate(given.list().data(), detail::address(volts), detail::address(conductance),
                                    detail::address(normals), count, detail::address(current),
                                    detail::address(d_conductance), detail::address(d_voltage)));
}

/** What a law gives for single devices. */
struct LawCurrents {
  std::vector<double> current;       /**< A */
  std::vector<double> d_conductance; /**< V, dI/dG */
  std::vector<double> d_voltage;     /**< S, dI/dV */
};
inline LawCurrents law_evaluate(const Nonideality &law, Span<const double> volts, Span<const double> conductance,
                                Span<const double> normals) {
  const std::vector<double> zeros(volts.size());
  LawCurrents found{zeros, zeros, zeros};
  law_evaluate(law, volts, conductance, normals, found.current, found.d_conductance, found.d_voltage);
  return found;
}

/* -- 6 Arrays ----------------------------------------------------------------------------- */

/** Whether a read has noise, and how it is drawn: see memsim_noise. */
enum class Noise : std::int32_t {
  none = MEMSIM_NOISE_NONE,
  automatic = MEMSIM_NOISE_AUTO,
  cell = MEMSIM_NOISE_CELL,
  sum = MEMSIM_NOISE_SUM
};

/** How to read. */
struct Read {
  Noise noise = Noise::automatic;
  double bandwidth = 1e8; /**< Hz, > 0, of the Johnson and shot noise */
};

/** What may differ from the defaults of a model. */
struct ArrayConfig {
  std::uint64_t seed = 0;                            /**< selects every random number the array will ever draw */
  std::map<std::string, std::vector<double>> params; /**< by name, row-major; see Model::params */
  std::map<std::string, std::string> options;        /**< by name; see Model::options */
  const Context *context = nullptr;
  std::string preset = {}; /**< see Model::presets; empty: none. `params` win */
};

/** Word lines x bit lines of devices of one model. Movable, not copyable; a moved-from array may only be
 *  assigned to or destroyed. One thread at a time: a second call meanwhile throws MEMSIM_ERR_BUSY. */
class Array {
 public:
  /** All cells start in the model's initial state. */
  Array(const std::string &model, std::uint64_t rows, std::uint64_t columns, const ArrayConfig &config = {}) {
    memsim_array_def def;
    detail::check(memsim_array_def_init(&def, sizeof def));
    const detail::Settings settings(config);
    settings.write(def);
    def.model = model.c_str();
    def.rows = rows;
    def.columns = columns;
    def.seed = config.seed;
    def.context = detail::handle(config.context);
    detail::check(memsim_array_create(&def, &handle_));
  }
  Array(Array &&other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Array &operator=(Array &&other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Array() { memsim_array_destroy(handle_); }

  /** Extents: {word lines, bit lines}. */
  std::pair<std::size_t, std::size_t> shape() const {
    std::uint64_t rows = 0, columns = 0;
    detail::check(memsim_array_shape(handle_, &rows, &columns));
    return {static_cast<std::size_t>(rows), static_cast<std::size_t>(columns)};
  }
  /** Number of cells: rows * columns. */
  std::size_t size() const {
    const auto [rows, columns] = shape();
    return rows * columns;
  }
  /** Name of the model. */
  std::string model() const {
    const char *name = nullptr;
    detail::check(memsim_array_model(handle_, &name));
    return name;
  }
  /** Memory the cells take, in bytes. */
  std::uint64_t memory() const {
    std::uint64_t bytes = 0;
    detail::check(memsim_array_memory(handle_, &bytes));
    return bytes;
  }
  /** Hash of the whole state: equal arrays have equal hashes. */
  std::uint64_t hash() const {
    std::uint64_t value = 0;
    detail::check(memsim_array_hash(handle_, &value));
    return value;
  }

  /** Applies one voltage sample to every cell, or to those where `where` [cells] is not 0; empty: all.
   *  @param volts one value for all, or [cells] V */
  void apply(double volts, Span<const std::uint8_t> where = {}) { applyAs(one(volts), where); }
  void apply(Span<const float> volts, Span<const std::uint8_t> where = {}) { applyAs(volts, where); }
  void apply(Span<const double> volts, Span<const std::uint8_t> where = {}) { applyAs(volts, where); }

  /** Holds every cell, or those where `where` [cells] is not 0, at a voltage for a time. The model must be timed.
   *  @param volts    one value for all, or [cells] V
   *  @param duration one value for all, or [cells] s, 0...1e12 */
  void apply(double volts, double duration, Span<const std::uint8_t> where = {}) {
    applyFor(one(volts), one(duration), where);
  }
  void apply(Span<const float> volts, double duration, Span<const std::uint8_t> where = {}) {
    applyFor(volts, one(duration), where);
  }
  void apply(Span<const double> volts, double duration, Span<const std::uint8_t> where = {}) {
    applyFor(volts, one(duration), where);
  }
  void apply(double volts, Span<const double> durations, Span<const std::uint8_t> where = {}) {
    applyFor(one(volts), durations, where);
  }
  void apply(Span<const float> volts, Span<const double> durations, Span<const std::uint8_t> where = {}) {
    applyFor(volts, durations, where);
  }
  void apply(Span<const double> volts, Span<const double> durations, Span<const std::uint8_t> where = {}) {
    applyFor(volts, durations, where);
  }

  /** Training pulses to every cell, or to those where `where` [cells] is not 0: +n SET, -n RESET, 0 none. The model
   *  must be timed.
   *  @param counts one for all, or [cells] */
  void pulse(std::int32_t count, Span<const std::uint8_t> where = {}) { pulse({&count, 1}, where); }
  void pulse(Span<const std::int32_t> counts, Span<const std::uint8_t> where = {}) {
    detail::check(memsim_array_pulse(handle_, detail::address(counts), counts.size(), mask(where)));
  }

  /** Drives every cell, or those where `where` [cells] is not 0, with a voltage that is linear between points. The
   *  model must be timed.
   *  @param times [points] s, strictly increasing
   *  @param volts [points] V
   *  @param out   [points x chosen cells] A: noiseless currents at every point */
  std::vector<double> sweep(Span<const double> times, Span<const double> volts,
                            Span<const std::uint8_t> where = {}) {
    std::vector<double> out(times.size() * chosen(where));
    sweepInto(times, volts, Span<double>(out), where);
    return out;
  }
  void sweep(Span<const double> times, Span<const double> volts, Span<float> out,
             Span<const std::uint8_t> where = {}) {
    sweepInto(times, volts, out, where);
  }
  void sweep(Span<const double> times, Span<const double> volts, Span<double> out,
             Span<const std::uint8_t> where = {}) {
    sweepInto(times, volts, out, where);
  }

  /** Current of every cell [cells] A at the given voltages: one for all, or [cells] V. Every call with noise is a
   *  new read; the cells do not change. */
  std::vector<double> read(double volts, const Read &how = {}) { return readNew(one(volts), how); }
  std::vector<float> read(Span<const float> volts, const Read &how = {}) { return readNew(volts, how); }
  std::vector<double> read(Span<const double> volts, const Read &how = {}) { return readNew(volts, how); }
  void read(Span<const float> volts, Span<float> out, const Read &how = {}) { readInto(volts, out, how); }
  void read(Span<const double> volts, Span<double> out, const Read &how = {}) { readInto(volts, out, how); }

  /** Noiseless conductance I/U of every cell [cells] S at the given voltages: one for all, or [cells] V. */
  std::vector<double> conductance(double volts) const { return conductanceNew(one(volts)); }
  std::vector<float> conductance(Span<const float> volts) const { return conductanceNew(volts); }
  std::vector<double> conductance(Span<const double> volts) const { return conductanceNew(volts); }
  void conductance(Span<const float> volts, Span<float> out) const { conductanceInto(volts, out); }
  void conductance(Span<const double> volts, Span<double> out) const { conductanceInto(volts, out); }

  /** Crossbar read: volts [batch x rows] V to the currents [batch x columns] A of the grounded bit lines. */
  std::vector<float> vmm(Span<const float> volts, const Read &how = {}) { return vmmNew(volts, how); }
  std::vector<double> vmm(Span<const double> volts, const Read &how = {}) { return vmmNew(volts, how); }
  void vmm(Span<const float> volts, Span<float> out, const Read &how = {}) { vmmInto(volts, out, how); }
  void vmm(Span<const double> volts, Span<double> out, const Read &how = {}) { vmmInto(volts, out, how); }

  /** Names of the states that state() accepts. */
  std::vector<std::string> state_names() const {
    std::vector<std::string> names;
    for (const memsim_state_card &card : memsim::model(model()).states) names.emplace_back(card.name);
    return names;
  }
  /** A state of every cell [cells], by name. T is float or double. */
  template <class T = double> std::vector<T> state(const std::string &name) const {
    std::vector<T> out(size());
    state(name, Span<T>(out));
    return out;
  }
  template <class T> void state(const std::string &name, Span<T> out) const {
    detail::check(memsim_array_get_state(handle_, name.c_str(), out.data(), detail::dtype<T>::value, out.size()));
  }
  /** Sets a settable state of every cell, or of those where `where` [cells] is not 0; empty: all.
   *  @param values one for all, or [cells] */
  void set_state(const std::string &name, double value, Span<const std::uint8_t> where = {}) {
    setStateAs(name, one(value), where);
  }
  void set_state(const std::string &name, Span<const float> values, Span<const std::uint8_t> where = {}) {
    setStateAs(name, values, where);
  }
  void set_state(const std::string &name, Span<const double> values, Span<const std::uint8_t> where = {}) {
    setStateAs(name, values, where);
  }

  /** Saves to a file; an existing one is replaced only when the new one is complete. */
  void save(const std::string &path) const { detail::check(memsim_array_save(handle_, path.c_str())); }
  /** Makes an array from a file. */
  static Array load(const std::string &path, const Context *context = nullptr) {
    Array loaded;
    detail::check(memsim_array_load(path.c_str(), detail::handle(context), &loaded.handle_));
    return loaded;
  }
  /** What save() would write. */
  std::vector<std::uint8_t> bytes() const {
    std::uint64_t count = 0;
    detail::check(memsim_array_size(handle_, &count));
    std::vector<std::uint8_t> all(static_cast<std::size_t>(count));
    detail::check(memsim_array_write(handle_, all.data(), all.size()));
    return all;
  }
  /** Makes an array from what bytes() gave. */
  static Array from_bytes(Span<const std::uint8_t> bytes, const Context *context = nullptr) {
    Array made;
    detail::check(memsim_array_read_from(bytes.data(), bytes.size(), detail::handle(context), &made.handle_));
    return made;
  }
  /** For calls of memsim.h. */
  memsim_array *handle() const noexcept { return handle_; }

 private:
  Array() = default;

  static Span<const double> one(const double &value) noexcept { return {&value, 1}; }

  static memsim_read_def readDef(const Read &how) {
    memsim_read_def def;
    detail::check(memsim_read_def_init(&def, sizeof def));
    def.noise = static_cast<std::int32_t>(how.noise);
    def.bandwidth = how.bandwidth;
    return def;
  }
  const std::uint8_t *mask(Span<const std::uint8_t> where) const {
    if (where.size() == 0) return nullptr;
    detail::check_size("where", where, size());
    return where.data();
  }
  template <class T> void applyAs(Span<const T> volts, Span<const std::uint8_t> where) {
    detail::check(memsim_array_apply(handle_, volts.data(), detail::dtype<T>::value, volts.size(), mask(where)));
  }
  template <class T> void applyFor(Span<const T> volts, Span<const double> durations, Span<const std::uint8_t> where) {
    detail::check(memsim_array_apply_for(handle_, detail::address(volts), detail::dtype<T>::value, volts.size(),
                                         detail::address(durations), durations.size(), mask(where)));
  }
  std::size_t chosen(Span<const std::uint8_t> where) const {
    if (where.size() == 0) return size();
    std::size_t count = 0;
    for (const std::uint8_t cell : where) count += cell != 0;
    return count;
  }
  template <class T>
  void sweepInto(Span<const double> times, Span<const double> volts, Span<T> out, Span<const std::uint8_t> where) {
    detail::check_size("volts", volts, times.size());
    detail::check(memsim_array_sweep(handle_, detail::address(times), detail::address(volts), times.size(), mask(where),
                                     detail::address(out), detail::dtype<T>::value, out.size()));
  }
  template <class T> void readInto(Span<const T> volts, Span<T> out, const Read &how) {
    detail::check_size("out", out, size());
    const memsim_read_def def = readDef(how);
    detail::check(memsim_array_read(handle_, volts.data(), detail::dtype<T>::value, volts.size(), &def, out.data()));
  }
  template <class T> std::vector<T> readNew(Span<const T> volts, const Read &how) {
    std::vector<T> out(size());
    readInto(volts, Span<T>(out), how);
    return out;
  }
  template <class T> void conductanceInto(Span<const T> volts, Span<T> out) const {
    detail::check_size("out", out, size());
    detail::check(memsim_array_conductance(handle_, volts.data(), detail::dtype<T>::value, volts.size(), out.data()));
  }
  template <class T> std::vector<T> conductanceNew(Span<const T> volts) const {
    std::vector<T> out(size());
    conductanceInto(volts, Span<T>(out));
    return out;
  }
  template <class T> void vmmInto(Span<const T> volts, Span<T> out, const Read &how) {
    const auto [rows, columns] = shape();
    const std::size_t batch = volts.size() / rows;
    detail::check_size("volts", volts, batch * rows);
    detail::check_size("out", out, batch * columns);
    const memsim_read_def def = readDef(how);
    detail::check(memsim_array_vmm(handle_, detail::address(volts), detail::dtype<T>::value, batch, &def,
                                   detail::address(out)));
  }
  template <class T> std::vector<T> vmmNew(Span<const T> volts, const Read &how) {
    const auto [rows, columns] = shape();
    std::vector<T> out(volts.size() / rows * columns);
    vmmInto(volts, Span<T>(out), how);
    return out;
  }
  template <class T> void setStateAs(const std::string &name, Span<const T> values, Span<const std::uint8_t> where) {
    detail::check(memsim_array_set_state(handle_, name.c_str(), values.data(), detail::dtype<T>::value, values.size(),
                                         mask(where)));
  }

  memsim_array *handle_ = nullptr;
};

/* -- 7 Crossbars -------------------------------------------------------------------------- */

/** Noise of a product with a plain matrix; vector b of a batch draws under key.offset + b. */
struct VmmNoise {
  Noise noise = Noise::none;
  double bandwidth = 1e8; /**< Hz, > 0 */
  Key key = {0, 0, 0};
};

/** y = v G for a crossbar of ohmic cells without wire resistance. T is float or double.
 *  @param conductance [rows x columns] S
 *  @param volts       [batch x rows] V
 *  @param out         [batch x columns] A; must not overlap the inputs */
template <class T>
void vmm(Span<const T> conductance, std::size_t rows, Span<const T> volts, Span<T> out, const VmmNoise &how = {},
         const Context *context = nullptr) {
  const std::size_t columns = rows ? conductance.size() / rows : 0;
  const std::size_t batch = rows ? volts.size() / rows : 0;
  detail::check_size("conductance", conductance, rows * columns);
  detail::check_size("volts", volts, batch * rows);
  detail::check_size("out", out, batch * columns);
  memsim_vmm_def def;
  detail::check(memsim_vmm_def_init(&def, sizeof def));
  def.noise = static_cast<std::int32_t>(how.noise);
  def.bandwidth = how.bandwidth;
  def.key = how.key;
  detail::check(memsim_vmm(detail::handle(context), detail::address(conductance), detail::address(volts),
                           detail::dtype<T>::value, rows, columns, batch, &def, detail::address(out)));
}
template <class T>
std::vector<T> vmm(const std::vector<T> &conductance, std::size_t rows, const std::vector<T> &volts,
                   const VmmNoise &how = {}, const Context *context = nullptr) {
  std::vector<T> out(rows ? volts.size() / rows * (conductance.size() / rows) : 0);
  vmm<T>(conductance, rows, volts, out, how, context);
  return out;
}

/* Crossbars with the resistance of their wires; circuit, signs and ranges: see memsim.h. */

/** Describes a selector by its name: a Model that has a card and parameters alone. */
inline Model selector(const std::string &name) {
  Model found;
  found.card.size = sizeof found.card;
  detail::check(memsim_selector_info(name.c_str(), &found.card));
  found.params = detail::cards<memsim_param_card>(memsim_selector_param, found.card.name, found.card.param_count);
  return found;
}

/** Every selector of this build, by name. */
inline std::map<std::string, Model> selectors() {
  std::map<std::string, Model> all;
  for (std::int32_t index = 0; index < memsim_selector_count(); index++) {
    const std::string name = memsim_selector_name(index);
    all.emplace(name, selector(name));
  }
  return all;
}

/** What may differ from the defaults of wires. Resistances: one for all lines, or one a line. */
struct WiresConfig {
  std::vector<double> r_word = {1};         /**< Ohm of a segment; infinite: cut at every device */
  std::vector<double> r_bit = {1};          /**< Ohm of a segment */
  std::vector<double> r_source = {0};       /**< Ohm of the drivers; infinite: the line floats */
  std::vector<double> r_sense = {0};        /**< Ohm between the last segment and the terminal; infinite: it floats */
  bool double_sided = false;                /**< word lines are driven at both ends */
  std::optional<Nonideality> law = {};      /**< an I-V law; none: ohmic devices */
  std::vector<double> normals = {};         /**< [rows x columns x 2] of the law's devices; empty: the median device */
  std::optional<Nonideality> selector = {}; /**< in series with every device */
  double tolerance = 1e-12;                 /**< of Kirchhoff's voltage law, over the largest voltage */
  std::int32_t max_iterations = 10000;      /**< of one linear solve */
  std::int32_t max_steps = 50;              /**< linear solves: Newton's steps or refinements */
  const Context *context = nullptr;
};

/** How solves went, the worst of a batch: iterations, steps, volts, residual. */
using WiresReport = memsim_wires_report;

/** How a write went: steps, rejected, energy, device_energy. */
using WriteReport = memsim_write_report;

/** Where what happens inside goes, [batch x rows x columns] each; empty: not wanted. */
struct WiresFields {
  Span<double> device_volts = {};   /**< V across each device, selector included */
  Span<double> device_current = {}; /**< A through it */
  Span<double> word_current = {};   /**< A in the segment that enters its word-line node from the left */
  Span<double> bit_current = {};    /**< A in the segment that leaves its bit-line node downwards */
  Span<double> word_volts = {};     /**< V of the word-line node */
  Span<double> bit_volts = {};      /**< V of the bit-line node */
};

/** What a solve gives; fields as in WiresFields. */
struct WiresSolution {
  std::vector<double> output; /**< [batch x columns] A into the terminals of the bit lines */
  std::vector<double> device_volts, device_current, word_current, bit_current, word_volts, bit_volts;
  WiresReport report;
};

/** Where derivatives of a loss go; empty: not wanted. */
struct WiresGradientSpans {
  Span<double> volts = {};       /**< [batch x rows] */
  Span<double> bit_volts = {};   /**< [batch x columns] */
  Span<double> conductance = {}; /**< [rows x columns], summed over the batch; not of an array's cells */
  Span<double> r_word = {};      /**< [rows] by each line's segments, summed over the batch */
  Span<double> r_bit = {};       /**< [columns] */
};

/** The same in vectors; `conductance` is empty for an array's cells. */
struct WiresGradients {
  std::vector<double> volts, bit_volts, conductance, r_word, r_bit;
};

/** How Wires::transfer() works: see memsim_transfer. */
enum class Transfer : std::int32_t { iterative = MEMSIM_TRANSFER_ITERATIVE, dense = MEMSIM_TRANSFER_DENSE };

/** Devices between wires, their lines eliminated. Movable, not copyable; moved-from wires may only be assigned to or
 *  destroyed. One thread at a time: a second call meanwhile throws MEMSIM_ERR_BUSY. */
class Wires {
 public:
  /** @param conductance [rows x columns] S, 0 (open) ... 1e15; of a law its parameter G */
  Wires(Span<const double> conductance, std::size_t rows, std::size_t columns, const WiresConfig &config = {})
      : rows_(rows), columns_(columns), has_conductance_(true) {
    detail::check_size("conductance", conductance, rows * columns);
    memsim_wires_def def = defaults();
    def.rows = rows;
    def.columns = columns;
    def.conductance = detail::address(conductance);
    create(def, config);
  }
  /** The devices are the array's cells, as they are when a call is made. The array's memory is kept. */
  explicit Wires(Array &array, const WiresConfig &config = {}) {
    std::tie(rows_, columns_) = array.shape();
    memsim_wires_def def = defaults();
    def.array = array.handle();
    create(def, config);
  }
  Wires(Wires &&other) noexcept
      : handle_(std::exchange(other.handle_, nullptr)), rows_(other.rows_), columns_(other.columns_),
        has_conductance_(other.has_conductance_) {}
  Wires &operator=(Wires &&other) noexcept {
    std::swap(handle_, other.handle_);
    std::swap(rows_, other.rows_);
    std::swap(columns_, other.columns_);
    std::swap(has_conductance_, other.has_conductance_);
    return *this;
  }
  ~Wires() { memsim_wires_destroy(handle_); }

  /** Extents: {word lines, bit lines}. */
  std::pair<std::size_t, std::size_t> shape() const noexcept { return {rows_, columns_}; }
  /** Number of devices: rows * columns. */
  std::size_t size() const noexcept { return rows_ * columns_; }
  /** Memory of the wires and of their solvers so far, in bytes. */
  std::uint64_t memory() const {
    std::uint64_t bytes = 0;
    detail::check(memsim_wires_memory(handle_, &bytes));
    return bytes;
  }

  /** Currents of a batch of voltages, and what happens inside.
   *  @param volts     [batch x rows] V; ignored for floating lines
   *  @param bit_volts [batch x columns] V of the bit lines' terminals; empty: 0 */
  WiresSolution solve(Span<const double> volts, Span<const double> bit_volts = {}) {
    const std::size_t batch = volts.size() / rows_;
    const std::vector<double> zeros(batch * size());
    WiresSolution found{std::vector<double>(batch * columns_), zeros, zeros, zeros, zeros, zeros, zeros, {}};
    found.report = solve(volts, bit_volts, found.output,
                         {found.device_volts, found.device_current, found.word_current, found.bit_current,
                          found.word_volts, found.bit_volts});
    return found;
  }
  /** The same into the caller's buffers. */
  WiresReport solve(Span<const double> volts, Span<const double> bit_volts, Span<double> output,
                    const WiresFields &fields = {}) {
    const std::size_t batch = batchOf(volts);
    if (bit_volts.size() > 0) detail::check_size("bit_volts", bit_volts, batch * columns_);
    detail::check_size("output", output, batch * columns_);
    memsim_wires_fields plain = {};
    plain.size = sizeof plain;
    plain.device_volts = field("device_volts", fields.device_volts, batch);
    plain.device_current = field("device_current", fields.device_current, batch);
    plain.word_current = field("word_current", fields.word_current, batch);
    plain.bit_current = field("bit_current", fields.bit_current, batch);
    plain.word_volts = field("word_volts", fields.word_volts, batch);
    plain.bit_volts = field("bit_volts field", fields.bit_volts, batch);
    WiresReport report = {};
    report.size = sizeof report;
    detail::check(memsim_wires_solve(handle_, detail::address(volts), orNull(bit_volts), batch,
                                     detail::address(output), &plain, &report));
    return report;
  }
  /** The outputs alone. */
  std::vector<double> currents(Span<const double> volts, Span<const double> bit_volts = {}) {
    std::vector<double> output(volts.size() / rows_ * columns_);
    solve(volts, bit_volts, output);
    return output;
  }

  /** The matrix [rows x columns] S of ohmic devices and wires: output = volts matrix for bit lines at 0 V. */
  std::vector<double> transfer(Transfer method = Transfer::iterative) {
    std::vector<double> out(size());
    transfer(out, method);
    return out;
  }
  void transfer(Span<double> out, Transfer method = Transfer::iterative) {
    detail::check_size("out", out, size());
    detail::check(memsim_wires_transfer(handle_, static_cast<std::int32_t>(method), detail::address(out)));
  }

  /** Derivatives of a loss: one linear solve a vector, whatever the devices.
   *  @param grad_output [batch x columns] dLoss/d output */
  WiresGradients vjp(const WiresSolution &solution, Span<const double> grad_output) {
    const std::size_t batch = solution.output.size() / columns_;
    WiresGradients found{std::vector<double>(batch * rows_), std::vector<double>(batch * columns_),
                         std::vector<double>(has_conductance_ ? size() : 0), std::vector<double>(rows_),
                         std::vector<double>(columns_)};
    vjp(solution.device_volts, grad_output,
        {found.volts, found.bit_volts, found.conductance, found.r_word, found.r_bit});
    return found;
  }
  /** The same into the caller's buffers.
   *  @param device_volts [batch x rows x columns] V, as solve() gave them */
  void vjp(Span<const double> device_volts, Span<const double> grad_output, const WiresGradientSpans &gradients) {
    const std::size_t batch = device_volts.size() / size();
    detail::check_size("device_volts", device_volts, batch * size());
    detail::check_size("grad_output", grad_output, batch * columns_);
    detail::check(memsim_wires_vjp(handle_, detail::address(device_volts), batch, detail::address(grad_output),
                                   orNull("grad_volts", gradients.volts, batch * rows_),
                                   orNull("grad_bit_volts", gradients.bit_volts, batch * columns_),
                                   orNull("grad_conductance", gradients.conductance, size()),
                                   orNull("grad_r_word", gradients.r_word, rows_),
                                   orNull("grad_r_bit", gradients.r_bit, columns_)));
  }

  /** Holds terminals at voltages for a time while the array's cells switch; its model must be timed.
   *  @param volts     [rows] V; ignored for floating lines
   *  @param bit_volts [columns] V; empty: 0
   *  @param duration  s, 0...1e12
   *  @param tolerance largest change of a cell's voltage in one step of time, over the largest voltage, 1e-6...1 */
  WriteReport write(Span<const double> volts, Span<const double> bit_volts, double duration, double tolerance = 0.02) {
    detail::check_size("volts", volts, rows_);
    if (bit_volts.size() > 0) detail::check_size("bit_volts", bit_volts, columns_);
    WriteReport report = {};
    report.size = sizeof report;
    detail::check(
        memsim_wires_write(handle_, detail::address(volts), orNull(bit_volts), duration, tolerance, &report));
    return report;
  }

  /** For calls of memsim.h. */
  memsim_wires *handle() const noexcept { return handle_; }

 private:
  static memsim_wires_def defaults() {
    memsim_wires_def def;
    detail::check(memsim_wires_def_init(&def, sizeof def));
    return def;
  }
  static Span<const Nonideality> listed(const std::optional<Nonideality> &one) noexcept {
    return one ? Span<const Nonideality>(&*one, 1) : Span<const Nonideality>();
  }
  static void put(const std::vector<double> &values, const double *&out, std::size_t &count) noexcept {
    out = detail::address(Span<const double>(values));  // none at all is a mistake, no default
    count = values.size();
  }
  void create(memsim_wires_def &def, const WiresConfig &config) {
    const detail::NonidealityList law(listed(config.law)), selector(listed(config.selector));
    const Span<const double> normals(config.normals);
    if (normals.size() > 0) detail::check_size("normals", normals, 2 * size());
    put(config.r_word, def.r_word, def.r_word_count);
    put(config.r_bit, def.r_bit, def.r_bit_count);
    put(config.r_source, def.r_source, def.r_source_count);
    put(config.r_sense, def.r_sense, def.r_sense_count);
    def.double_sided = config.double_sided;
    def.law = config.law ? law.list().data() : nullptr;
    def.normals = orNull(normals);
    def.selector = config.selector ? selector.list().data() : nullptr;
    def.tolerance = config.tolerance;
    def.max_iterations = config.max_iterations;
    def.max_steps = config.max_steps;
    def.context = detail::handle(config.context);
    detail::check(memsim_wires_create(&def, &handle_));
  }
  std::size_t batchOf(Span<const double> volts) const {
    const std::size_t batch = volts.size() / rows_;
    detail::check_size("volts", volts, batch * rows_);
    return batch;
  }
  double *field(const char *name, Span<double> values, std::size_t batch) const {
    return orNull(name, values, batch * size());
  }
  static double *orNull(const char *name, Span<double> values, std::size_t wanted) {
    if (values.size() == 0) return nullptr;
    detail::check_size(name, values, wanted);
    return values.data();
  }
  static const double *orNull(Span<const double> values) noexcept {
    return values.size() > 0 ? values.data() : nullptr;
  }

  memsim_wires *handle_ = nullptr;
  std::size_t rows_ = 0, columns_ = 0;
  bool has_conductance_ = false;
};

/* -- 8 Periphery -------------------------------------------------------------------------- */

/** A mid-tread uniform converter. */
struct Adc {
  std::int32_t bits = 4;  /**< 1...24 */
  double minimum = 1e-6;  /**< the lowest level, in the unit of the input */
  double maximum = 5e-5;  /**< the highest level */
  bool clamp_low = true;  /**< false: levels go on below minimum, as in Synaptogen */
};

/** Quantises values to the nearest level, giving the level's value. T is float or double; out may be values. */
template <class T> void adc(const Adc &how, Span<const T> values, Span<T> out, const Context *context = nullptr) {
  detail::check_size("out", out, values.size());
  memsim_adc_def def;
  detail::check(memsim_adc_def_init(&def, sizeof def));
  def.bits = how.bits;
  def.minimum = how.minimum;
  def.maximum = how.maximum;
  def.clamp_low = how.clamp_low;
  detail::check(memsim_adc(detail::handle(context), &def, detail::address(values), detail::dtype<T>::value,
                           values.size(), detail::address(out)));
}
template <class T>
std::vector<T> adc(const Adc &how, const std::vector<T> &values, const Context *context = nullptr) {
  std::vector<T> out(values.size());
  adc<T>(how, values, out, context);
  return out;
}

/** Digital-to-analogue converter of 2^bits + 1 signed codes. T is float or double; out may be values.
 *  @param values 1, full scale at +-1
 *  @param bits   1...24
 *  @param v_max  V, finite, > 0 */
template <class T>
void dac(std::int32_t bits, double v_max, Span<const T> values, Span<T> out, const Context *context = nullptr) {
  detail::check_size("out", out, values.size());
  detail::check(memsim_dac(detail::handle(context), bits, v_max, detail::address(values), detail::dtype<T>::value,
                           values.size(), detail::address(out)));
}
template <class T>
std::vector<T> dac(std::int32_t bits, double v_max, const std::vector<T> &values, const Context *context = nullptr) {
  std::vector<T> out(values.size());
  dac<T>(bits, v_max, values, out, context);
  return out;
}

/* -- 9 Training --------------------------------------------------------------------------- */
/* Layers of networks on differential pairs of devices that are not ideal; equations and references: see memsim.h. In
 * templates T is float or double; twins that take and return vectors deduce it. */

/** When a layer's devices are drawn anew: see memsim_redraw. */
enum class Redraw : std::int32_t { call = MEMSIM_REDRAW_CALL, sample = MEMSIM_REDRAW_SAMPLE };

/** Which devices a draw gives: a pure function of these; ranges: see memsim_layer_key. */
struct LayerKey {
  std::uint64_t seed = 0;
  std::uint64_t stream = 0;       /**< tells the layers of one seed apart */
  std::uint64_t call = 0;         /**< number of the draw */
  std::uint64_t first_sample = 0; /**< number of a batch's first sample */
  std::uint64_t sample_step = 1;  /**< from one sample's number to the next's */
};

namespace detail {
inline memsim_layer_key key(const LayerKey &key) noexcept {
  return {key.seed, key.stream, key.call, key.first_sample, key.sample_step};
}
}  // namespace detail

/** What may differ from the defaults of a layer. */
struct LayerConfig {
  std::vector<Nonideality> nonidealities = {}; /**< they act in physical order, in whichever they are given */
  bool bias = true;                            /**< a last row of weights is driven with k_v */
  double g_off = 5.248407497001691e-07;        /**< S, least conductance */
  double g_on = 2.6242037485008458e-06;        /**< S, greatest conductance */
  double k_v = 0.5;                            /**< V of an input of 1 */
  Redraw redraw = Redraw::call;
  const Context *context = nullptr;
};

/** Gradients of a loss. */
template <class T> struct Gradients {
  std::vector<T> x;       /**< [batch x inputs] */
  std::vector<T> weights; /**< [rows x columns] */
};

/** A layer of a network: extents, window, nonidealities. It never changes; calls on it may run at once. What its
 *  devices are is drawn from weights into a workspace, bytes whose content is the library's. Movable, not copyable; a
 *  moved-from layer may only be assigned to or destroyed. */
class Layer {
 public:
  Layer(std::uint64_t inputs, std::uint64_t outputs, const LayerConfig &config = {})
      : inputs_(static_cast<std::size_t>(inputs)), outputs_(static_cast<std::size_t>(outputs)), bias_(config.bias) {
    memsim_layer_def def;
    detail::check(memsim_layer_def_init(&def, sizeof def));
    const detail::NonidealityList given(config.nonidealities);
    def.inputs = inputs;
    def.outputs = outputs;
    def.bias = config.bias;
    def.g_off = config.g_off;
    def.g_on = config.g_on;
    def.k_v = config.k_v;
    def.nonidealities = given.list().data();
    def.nonideality_count = given.list().size();
    def.redraw = static_cast<std::int32_t>(config.redraw);
    def.context = detail::handle(config.context);
    detail::check(memsim_layer_create(&def, &handle_));
  }
  Layer(Layer &&other) noexcept
      : handle_(std::exchange(other.handle_, nullptr)), inputs_(other.inputs_), outputs_(other.outputs_),
        bias_(other.bias_) {}
  Layer &operator=(Layer &&other) noexcept {
    std::swap(handle_, other.handle_);
    std::swap(inputs_, other.inputs_);
    std::swap(outputs_, other.outputs_);
    std::swap(bias_, other.bias_);
    return *this;
  }
  ~Layer() { memsim_layer_destroy(handle_); }

  std::size_t inputs() const noexcept { return inputs_; }
  std::size_t outputs() const noexcept { return outputs_; }
  /** Extents of the weights: {inputs + bias, 2 outputs}. */
  std::pair<std::size_t, std::size_t> shape() const noexcept { return {inputs_ + bias_, 2 * outputs_}; }
  /** Number of weights, one a device. */
  std::size_t size() const noexcept { return (inputs_ + bias_) * 2 * outputs_; }
  /** Bytes of a workspace for devices of precision T. */
  template <class T> std::size_t workspace() const {
    std::uint64_t bytes = 0;
    detail::check(memsim_layer_workspace(handle_, detail::dtype<T>::value, &bytes));
    return static_cast<std::size_t>(bytes);
  }

  /** Draws devices for weights into a workspace.
   *  @param weights   [rows x columns] >= 0, columns + and - in turn
   *  @param workspace [at least workspace<T>()]
   *  @param normals   [rows x columns x 2] that the I-V law takes instead of drawn ones; empty: none */
  template <class T>
  void draw(Span<const T> weights, const LayerKey &key, Span<std::uint8_t> workspace,
            Span<const double> normals = {}) const {
    detail::check_size("weights", weights, size());
    if (normals.size() > 0) detail::check_size("normals", normals, 2 * size());
    const memsim_layer_key plain = detail::key(key);
    detail::check(memsim_layer_draw(handle_, detail::address(weights), detail::dtype<T>::value, &plain,
                                    normals.size() > 0 ? normals.data() : nullptr, detail::address(workspace),
                                    workspace.size()));
  }
  template <class T>
  std::vector<std::uint8_t> draw(const std::vector<T> &weights, const LayerKey &key,
                                 Span<const double> normals = {}) const {
    std::vector<std::uint8_t> bytes(workspace<T>());
    draw<T>(Span<const T>(weights), key, Span<std::uint8_t>(bytes), normals);
    return bytes;
  }

  /** Conductances [rows x columns] S that a draw gives its first sample, all changes made but for the I-V law. */
  template <class T> void conductances(Span<const T> weights, const LayerKey &key, Span<T> out) const {
    detail::check_size("weights", weights, size());
    detail::check_size("out", out, size());
    const memsim_layer_key plain = detail::key(key);
    detail::check(memsim_layer_conductances(handle_, detail::address(weights), detail::dtype<T>::value, &plain,
                                            detail::address(out)));
  }
  template <class T> std::vector<T> conductances(const std::vector<T> &weights, const LayerKey &key) const {
    std::vector<T> out(size());
    conductances<T>(weights, key, out);
    return out;
  }

  /** Outputs of a batch with the devices drawn.
   *  @param workspace as draw() left it
   *  @param x         [batch x inputs] 1
   *  @param y         [batch x outputs] 1
   *  @param power     [batch] W that the devices turn into heat; empty: not wanted */
  template <class T>
  void forward(Span<const std::uint8_t> workspace, Span<const T> x, Span<T> y, Span<T> power = {}) const {
    const std::size_t batch = batchOf(x);
    detail::check_size("y", y, batch * outputs_);
    if (power.size() > 0) detail::check_size("power", power, batch);
    detail::check(memsim_layer_forward(handle_, detail::address(workspace), workspace.size(), detail::address(x),
                                       detail::dtype<T>::value, batch, detail::address(y),
                                       power.size() > 0 ? power.data() : nullptr));
  }
  template <class T>
  std::vector<T> forward(const std::vector<std::uint8_t> &workspace, const std::vector<T> &x) const {
    std::vector<T> y(x.size() / inputs_ * outputs_);
    forward<T>(workspace, x, y);
    return y;
  }

  /** Gradients of a loss, the path through the largest weight included.
   *  @param weights      those drawn
   *  @param y, grad_y    [batch x outputs] outputs, and the loss's derivatives by them
   *  @param grad_x       [batch x inputs]; empty: not wanted
   *  @param grad_weights [rows x columns]
   *  @param penalty      lambda of a term lambda sum |w| of the loss, >= 0 */
  template <class T>
  void backward(Span<const std::uint8_t> workspace, Span<const T> weights, Span<const T> x, Span<const T> y,
                Span<const T> grad_y, Span<T> grad_x, Span<T> grad_weights, double penalty = 0) const {
    const std::size_t batch = batchOf(x);
    detail::check_size("weights", weights, size());
    detail::check_size("y", y, batch * outputs_);
    detail::check_size("grad_y", grad_y, batch * outputs_);
    if (grad_x.size() > 0) detail::check_size("grad_x", grad_x, batch * inputs_);
    detail::check_size("grad_weights", grad_weights, size());
    detail::check(memsim_layer_backward(handle_, detail::address(workspace), workspace.size(),
                                        detail::address(weights), detail::address(x), detail::address(y),
                                        detail::address(grad_y), detail::dtype<T>::value, batch, penalty,
                                        grad_x.size() > 0 ? grad_x.data() : nullptr, detail::address(grad_weights)));
  }
  template <class T>
  Gradients<T> backward(const std::vector<std::uint8_t> &workspace, const std::vector<T> &weights,
                        const std::vector<T> &x, const std::vector<T> &y, const std::vector<T> &grad_y,
                        double penalty = 0) const {
    Gradients<T> found{std::vector<T>(x.size()), std::vector<T>(size())};
    backward<T>(workspace, weights, x, y, grad_y, found.x, found.weights, penalty);
    return found;
  }

  /** For calls of memsim.h. */
  memsim_layer *handle() const noexcept { return handle_; }

 private:
  template <class T> std::size_t batchOf(Span<const T> x) const {
    const std::size_t batch = x.size() / inputs_;
    detail::check_size("x", x, batch * inputs_);
    return batch;
  }

  memsim_layer *handle_ = nullptr;
  std::size_t inputs_, outputs_;
  bool bias_;
};

/** How signed weights go onto pairs: see memsim_mapping. */
enum class Mapping : std::int32_t { low = MEMSIM_MAPPING_LOW, average = MEMSIM_MAPPING_AVERAGE };

/** Signed weights as pairs of twice as many for Layer::draw(). */
template <class T> void pairs(Span<const T> weights, Span<T> out, Mapping mapping = Mapping::low) {
  detail::check_size("out", out, 2 * weights.size());
  detail::check(memsim_pairs(detail::address(weights), detail::dtype<T>::value, weights.size(),
                             static_cast<std::int32_t>(mapping), detail::address(out)));
}
template <class T> std::vector<T> pairs(const std::vector<T> &weights, Mapping mapping = Mapping::low) {
  std::vector<T> out(2 * weights.size());
  pairs<T>(weights, out, mapping);
  return out;
}

/** From gradients by pairs to gradients by signed weights. */
template <class T>
void pairs_backward(Span<const T> weights, Span<const T> grad_pairs, Span<T> out, Mapping mapping = Mapping::low) {
  detail::check_size("grad_pairs", grad_pairs, 2 * weights.size());
  detail::check_size("out", out, weights.size());
  detail::check(memsim_pairs_backward(detail::address(weights), detail::dtype<T>::value, weights.size(),
                                      static_cast<std::int32_t>(mapping), detail::address(grad_pairs),
                                      detail::address(out)));
}
template <class T>
std::vector<T> pairs_backward(const std::vector<T> &weights, const std::vector<T> &grad_pairs,
                              Mapping mapping = Mapping::low) {
  std::vector<T> out(weights.size());
  pairs_backward<T>(weights, grad_pairs, out, mapping);
  return out;
}

/* -- 10 Analog tiles ---------------------------------------------------------------------- */
/* A weight matrix on pulsed devices, in single precision; equations and references: see memsim.h. */

/** Describes a pulsed device by its name: a Model whose states are what Tile::hidden() gives. */
inline Model pulsed_device(const std::string &name) {
  Model found;
  found.card.size = sizeof found.card;
  detail::check(memsim_pulsed_device_info(name.c_str(), &found.card));
  const char *known = found.card.name;
  found.params = detail::cards<memsim_param_card>(memsim_pulsed_device_param, known, found.card.param_count);
  found.options = detail::cards<memsim_option_card>(memsim_pulsed_device_option, known, found.card.option_count);
  found.states = detail::cards<memsim_state_card>(memsim_pulsed_device_state, known, found.card.state_count);
  found.presets = detail::cards<memsim_preset_card>(memsim_pulsed_device_preset, known, found.card.preset_count);
  return found;
}

/** Every pulsed device of this build, by name. */
inline std::map<std::string, Model> pulsed_devices() {
  std::map<std::string, Model> all;
  for (std::int32_t index = 0; index < memsim_pulsed_device_count(); index++) {
    const std::string name = memsim_pulsed_device_name(index);
    all.emplace(name, pulsed_device(name));
  }
  return all;
}

/** Describes a compound by its name: a Model whose states are the matrices that it keeps besides its cells. */
inline Model compound(const std::string &name) {
  Model found;
  found.card.size = sizeof found.card;
  detail::check(memsim_compound_info(name.c_str(), &found.card));
  const char *known = found.card.name;
  found.params = detail::cards<memsim_param_card>(memsim_compound_param, known, found.card.param_count);
  found.options = detail::cards<memsim_option_card>(memsim_compound_option, known, found.card.option_count);
  found.states = detail::cards<memsim_state_card>(memsim_compound_state, known, found.card.state_count);
  return found;
}

/** Every compound of this build, by name. */
inline std::map<std::string, Model> compounds() {
  std::map<std::string, Model> all;
  for (std::int32_t index = 0; index < memsim_compound_count(); index++) {
    const std::string name = memsim_compound_name(index);
    all.emplace(name, compound(name));
  }
  return all;
}

/** Describes the settings "io" or "update": a Model that has a card, parameters and options alone. */
inline Model tile_settings(const std::string &name) {
  Model found;
  found.card.size = sizeof found.card;
  detail::check(memsim_tile_settings_info(name.c_str(), &found.card));
  const char *known = found.card.name;
  found.params = detail::cards<memsim_param_card>(memsim_tile_settings_param, known, found.card.param_count);
  found.options = detail::cards<memsim_option_card>(memsim_tile_settings_option, known, found.card.option_count);
  return found;
}

/** Settings of one direction or of the update that differ from their defaults. */
struct TileSettings {
  std::map<std::string, std::vector<double>> params; /**< by name; see tile_settings() */
  std::map<std::string, std::string> options;        /**< by name; see tile_settings() */
};

/** What one cell of a compound is. */
struct TileCell {
  std::string device;                                     /**< of pulsed_devices() */
  std::map<std::string, std::vector<double>> params = {}; /**< of the device, by name */
  std::string preset = {};                                /**< of the device; empty: none. `params` win */
};

/** What may differ from the defaults of a tile. */
struct TileConfig {
  std::string device = "constant-step";              /**< of pulsed_devices() */
  std::string preset = {};                           /**< of the device; empty: none. `params` win */
  std::map<std::string, std::vector<double>> params = {}; /**< of the device, by name */
  TileSettings forward = {};                         /**< of Tile::forward(): "io" */
  TileSettings backward = {};                        /**< of Tile::backward(): "io" */
  TileSettings update = {};                          /**< "update" */
  std::uint64_t seed = 0;                            /**< of devices, noise and pulses */
  const Context *context = nullptr;
  std::string compound = {};          /**< of compounds(); with one, `device`, `preset` and `params` are not used */
  TileSettings compound_settings = {}; /**< of the compound */
  std::vector<TileCell> cells = {};   /**< of the compound */
  TileSettings transfer_forward = {}; /**< how it reads cells: "io" */
  TileSettings transfer_update = {};  /**< how it writes to cells: "update" */
};

namespace detail {
/* Settings as the defs of memsim.h take them; refers to the config. */
class TileSettingsList {
 public:
  explicit TileSettingsList(const TileSettings &settings) : TileSettingsList(settings.params) {
    for (const auto &[name, choice] : settings.options) options_.push_back({name.c_str(), choice.c_str()});
  }
  explicit TileSettingsList(const std::map<std::string, std::vector<double>> &params) {
    for (const auto &[name, values] : params) params_.push_back({name.c_str(), values.data(), values.size()});
  }
  memsim_settings list() const noexcept {
    return {params_.data(), params_.size(), options_.data(), options_.size()};
  }

 private:
  std::vector<memsim_param> params_;
  std::vector<memsim_option> options_;
};

/* Cells as the def of memsim.h takes them; refers to the config. */
class TileCellsList {
 public:
  explicit TileCellsList(const std::vector<TileCell> &cells) {
    for (const TileCell &cell : cells) params_.emplace_back(cell.params);
    for (std::size_t i = 0; i < cells.size(); i++) {
      const char *preset = cells[i].preset.empty() ? nullptr : cells[i].preset.c_str();
      cells_.push_back({cells[i].device.c_str(), preset, params_[i].list()});
    }
  }
  const memsim_tile_cell *data() const noexcept { return cells_.data(); }
  std::size_t size() const noexcept { return cells_.size(); }

 private:
  std::vector<TileSettingsList> params_;
  std::vector<memsim_tile_cell> cells_;
};
}  // namespace detail

/** A weight matrix on pulsed devices: noisy products both ways, updates by coincident pulses. Movable, not copyable; a
 *  moved-from tile may only be assigned to or destroyed. */
class Tile {
 public:
  using Floats = std::vector<float>;

  Tile(std::uint64_t outputs, std::uint64_t inputs, const TileConfig &config = {})
      : outputs_(static_cast<std::size_t>(outputs)), inputs_(static_cast<std::size_t>(inputs)) {
    memsim_tile_def def;
    detail::check(memsim_tile_def_init(&def, sizeof def));
    const detail::TileSettingsList params(config.params), forward(config.forward), backward(config.backward),
        update(config.update), own(config.compound_settings), read(config.transfer_forward),
        write(config.transfer_update);
    const detail::TileCellsList cells(config.cells);
    def.inputs = inputs;
    def.outputs = outputs;
    def.seed = config.seed;
    def.device = config.device.c_str();
    def.preset = config.preset.empty() ? nullptr : config.preset.c_str();
    def.parameters = params.list();
    def.forward = forward.list();
    def.backward = backward.list();
    def.update = update.list();
    def.context = detail::handle(config.context);
    def.compound = config.compound.empty() ? nullptr : config.compound.c_str();
    def.compound_settings = own.list();
    def.cells = cells.data();
    def.cell_count = cells.size();
    def.transfer_forward = read.list();
    def.transfer_update = write.list();
    detail::check(memsim_tile_create(&def, &handle_));
  }
  Tile(Tile &&other) noexcept
      : handle_(std::exchange(other.handle_, nullptr)), outputs_(other.outputs_), inputs_(other.inputs_) {}
  Tile &operator=(Tile &&other) noexcept {
    std::swap(handle_, other.handle_);
    std::swap(outputs_, other.outputs_);
    std::swap(inputs_, other.inputs_);
    return *this;
  }
  ~Tile() { memsim_tile_destroy(handle_); }

  std::size_t outputs() const noexcept { return outputs_; }
  std::size_t inputs() const noexcept { return inputs_; }
  /** Number of weights, one a device. */
  std::size_t size() const noexcept { return outputs_ * inputs_; }
  /** Memory of the tile, in bytes. */
  std::uint64_t memory() const {
    std::uint64_t bytes = 0;
    detail::check(memsim_tile_memory(handle_, &bytes));
    return bytes;
  }

  /** Weights [outputs x inputs]; each is clipped to the bounds of its device. */
  void set_weights(Span<const float> weights) {
    detail::check_size("weights", weights, size());
    detail::check(memsim_tile_set_weights(handle_, weights.data()));
  }
  /** Weights as the products see them. */
  void weights(Span<float> out) {
    detail::check_size("out", out, size());
    detail::check(memsim_tile_weights(handle_, out.data()));
  }
  Floats weights() {
    Floats out(size());
    weights(out);
    return out;
  }

  /** Per-device quantity [outputs x inputs]; see pulsed_device(). Of a compound: see memsim_tile_hidden. */
  void hidden(const std::string &name, Span<float> out) {
    detail::check_size("out", out, size());
    detail::check(memsim_tile_hidden(handle_, name.c_str(), out.data()));
  }
  Floats hidden(const std::string &name) {
    Floats out(size());
    hidden(name, out);
    return out;
  }
  /** Sets a per-device quantity; weights are then clipped to the bounds. */
  void set_hidden(const std::string &name, Span<const float> values) {
    detail::check_size("values", values, size());
    detail::check(memsim_tile_set_hidden(handle_, name.c_str(), values.data()));
  }

  /** y = W x: x [batch x inputs], y [batch x outputs]. */
  void forward(Span<const float> x, Span<float> y) {
    const std::size_t batch = batchOf("x", x, inputs_);
    detail::check_size("y", y, batch * outputs_);
    detail::check(memsim_tile_forward(handle_, detail::address(x), batch, detail::address(y)));
  }
  Floats forward(const Floats &x) {
    Floats y(x.size() / inputs_ * outputs_);
    forward(x, y);
    return y;
  }

  /** The transposed product: d [batch x outputs], out [batch x inputs]. */
  void backward(Span<const float> d, Span<float> out) {
    const std::size_t batch = batchOf("d", d, outputs_);
    detail::check_size("out", out, batch * inputs_);
    detail::check(memsim_tile_backward(handle_, detail::address(d), batch, detail::address(out)));
  }
  Floats backward(const Floats &d) {
    Floats out(d.size() / outputs_ * inputs_);
    backward(d, out);
    return out;
  }

  /** Pulses by which W changes by -learning_rate d^T x in the mean: x [batch x inputs], d [batch x outputs]. */
  void update(Span<const float> x, Span<const float> d, double learning_rate) {
    const std::size_t batch = batchOf("x", x, inputs_);
    detail::check_size("d", d, batch * outputs_);
    detail::check(memsim_tile_update(handle_, detail::address(x), detail::address(d), batch, learning_rate));
  }

  /** What belongs after an optimiser's step: diffusion, then decay, where the device has them. */
  void step() { detail::check(memsim_tile_step(handle_)); }

  /** Drift of weights in `seconds` more, where devices have it. */
  void drift(double seconds) { detail::check(memsim_tile_drift(handle_, seconds)); }

  /** Resets `count` inputs from `start` on, going round, each device with `probability`. */
  void reset(std::uint64_t start, std::uint64_t count, double probability = 1) {
    detail::check(memsim_tile_reset(handle_, start, count, probability));
  }

  /** The whole state, the position in the random numbers included. */
  std::vector<std::uint8_t> state() {
    std::uint64_t size = 0;
    detail::check(memsim_tile_state_size(handle_, &size));
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(size));
    detail::check(memsim_tile_save(handle_, bytes.data(), bytes.size()));
    return bytes;
  }
  /** Restores what state() gave. */
  void load(Span<const std::uint8_t> state) {
    detail::check(memsim_tile_load(handle_, detail::address(state), state.size()));
  }

  /** For calls of memsim.h. */
  memsim_tile *handle() const noexcept { return handle_; }

 private:
  static std::size_t batchOf(const char *name, Span<const float> vectors, std::size_t extent) {
    const std::size_t batch = vectors.size() / extent;
    detail::check_size(name, vectors, batch * extent);
    return batch;
  }

  memsim_tile *handle_ = nullptr;
  std::size_t outputs_, inputs_;
};

/* -- 11 Inference ------------------------------------------------------------------------- */
/* Weights programmed into devices and read later, in single precision; equations and references: see memsim.h. */

/** Describes a model of programmed conductances by its name: a Model whose states are what Inference::state_of() gives. */
inline Model inference_model(const std::string &name) {
  Model found;
  found.card.size = sizeof found.card;
  detail::check(memsim_inference_model_info(name.c_str(), &found.card));
  const char *known = found.card.name;
  found.params = detail::cards<memsim_param_card>(memsim_inference_model_param, known, found.card.param_count);
  found.states = detail::cards<memsim_state_card>(memsim_inference_model_state, known, found.card.state_count);
  return found;
}

/** Every such model of this build, by name. */
inline std::map<std::string, Model> inference_models() {
  std::map<std::string, Model> all;
  for (std::int32_t index = 0; index < memsim_inference_model_count(); index++) {
    const std::string name = memsim_inference_model_name(index);
    all.emplace(name, inference_model(name));
  }
  return all;
}

/** Every converter of weights to conductances of this build, by name: Models that have a card and parameters alone. */
inline std::map<std::string, Model> inference_converters() {
  std::map<std::string, Model> all;
  for (std::int32_t index = 0; index < memsim_inference_converter_count(); index++) {
    Model found;
    found.card.size = sizeof found.card;
    const char *name = memsim_inference_converter_name(index);
    detail::check(memsim_inference_converter_info(name, &found.card));
    found.params = detail::cards<memsim_param_card>(memsim_inference_converter_param, name, found.card.param_count);
    all.emplace(name, std::move(found));
  }
  return all;
}

/** Describes the settings "weight-modifier", "weight-clip" or "weight-remap": a card, parameters and options. */
inline Model inference_settings(const std::string &name) {
  Model found;
  found.card.size = sizeof found.card;
  detail::check(memsim_inference_settings_info(name.c_str(), &found.card));
  const char *known = found.card.name;
  found.params = detail::cards<memsim_param_card>(memsim_inference_settings_param, known, found.card.param_count);
  found.options = detail::cards<memsim_option_card>(memsim_inference_settings_option, known, found.card.option_count);
  return found;
}

/** What may differ from the defaults of programmed weights. */
struct InferenceConfig {
  std::string model = "pcm-like"; /**< of inference_models() */
  std::map<std::string, std::vector<double>> model_params = {}; /**< by name */
  std::string converter = {}; /**< of inference_converters(); empty: the one of the model's devices */
  std::map<std::string, std::vector<double>> converter_params = {}; /**< by name */
  std::uint64_t seed = 0;     /**< of programming errors, drift and read noise */
  const Context *context = nullptr;
};

/** Weights [outputs x inputs] programmed into devices. Movable, not copyable; moved-from ones may only be assigned to or
 *  destroyed. */
class Inference {
 public:
  using Floats = std::vector<float>;

  Inference(Span<const float> weights, std::uint64_t outputs, std::uint64_t inputs, const InferenceConfig &config = {})
      : size_(static_cast<std::size_t>(outputs * inputs)) {
    detail::check_size("weights", weights, size_);
    memsim_inference_def def;
    detail::check(memsim_inference_def_init(&def, sizeof def));
    const detail::TileSettingsList model(config.model_params), converter(config.converter_params);
    def.outputs = outputs;
    def.inputs = inputs;
    def.seed = config.seed;
    def.model = config.model.c_str();
    def.converter = config.converter.empty() ? nullptr : config.converter.c_str();
    def.model_parameters = model.list();
    def.converter_parameters = converter.list();
    def.context = detail::handle(config.context);
    detail::check(memsim_inference_create(&def, weights.data(), &handle_));
  }
  Inference(Inference &&other) noexcept : handle_(std::exchange(other.handle_, nullptr)), size_(other.size_) {}
  Inference &operator=(Inference &&other) noexcept {
    std::swap(handle_, other.handle_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~Inference() { memsim_inference_destroy(handle_); }

  /** Number of weights. */
  std::size_t size() const noexcept { return size_; }
  /** Devices of a weight. */
  std::size_t planes() const {
    std::int32_t count = 0;
    detail::check(memsim_inference_planes(handle_, &count));
    return static_cast<std::size_t>(count);
  }
  /** Memory they take, in bytes. */
  std::uint64_t memory() const {
    std::uint64_t bytes = 0;
    detail::check(memsim_inference_memory(handle_, &bytes));
    return bytes;
  }

  /** Weights `t` seconds after programming: as programmed at 0, later with drift and fresh read noise. */
  void weights(double t, Span<float> out) {
    detail::check_size("out", out, size_);
    detail::check(memsim_inference_weights(handle_, t, out.data()));
  }
  Floats weights(double t = 0) {
    Floats out(size_);
    weights(t, out);
    return out;
  }

  /** Per-device quantity [planes x outputs x inputs]; see inference_model(). */
  Floats state_of(const std::string &name) {
    Floats out(planes() * size_);
    detail::check(memsim_inference_state(handle_, name.c_str(), out.data()));
    return out;
  }

  /** The whole state, the position in the random numbers included. */
  std::vector<std::uint8_t> state() {
    std::uint64_t size = 0;
    detail::check(memsim_inference_state_size(handle_, &size));
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(size));
    detail::check(memsim_inference_save(handle_, bytes.data(), bytes.size()));
    return bytes;
  }
  /** Restores what state() gave. */
  void load(Span<const std::uint8_t> state) {
    detail::check(memsim_inference_load(handle_, detail::address(state), state.size()));
  }

  /** For calls of memsim.h. */
  memsim_inference *handle() const noexcept { return handle_; }

 private:
  memsim_inference *handle_ = nullptr;
  std::size_t size_;
};

/** Disturbs weights [outputs x inputs] in place as `modifier` says: "weight-modifier". Equal seeds and events, equal bits. */
inline void modify_weights(Span<float> weights, std::uint64_t outputs, std::uint64_t inputs, const TileSettings &modifier,
                           std::uint64_t seed, std::uint64_t event, const Context *context = nullptr) {
  detail::check_size("weights", weights, static_cast<std::size_t>(outputs * inputs));
  const detail::TileSettingsList given(modifier);
  const memsim_settings list = given.list();
  detail::check(memsim_inference_modify(detail::handle(context), &list, seed, event, weights.data(), outputs, inputs,
                                        weights.data()));
}

/** Clips weights [outputs x inputs] in place: "weight-clip". */
inline void clip_weights(Span<float> weights, std::uint64_t outputs, std::uint64_t inputs, const TileSettings &clip) {
  detail::check_size("weights", weights, static_cast<std::size_t>(outputs * inputs));
  const detail::TileSettingsList given(clip);
  const memsim_settings list = given.list();
  detail::check(memsim_inference_clip(&list, weights.data(), outputs, inputs));
}

/** Moves what weights [outputs x inputs] have grown by into scales [outputs], both in place: "weight-remap". */
inline void remap_weights(Span<float> weights, Span<float> scales, std::uint64_t inputs, const TileSettings &remap) {
  detail::check_size("weights", weights, scales.size() * static_cast<std::size_t>(inputs));
  const detail::TileSettingsList given(remap);
  const memsim_settings list = given.list();
  detail::check(memsim_inference_remap(&list, weights.data(), scales.data(), scales.size(), inputs));
}

}  // namespace memsim

#endif
