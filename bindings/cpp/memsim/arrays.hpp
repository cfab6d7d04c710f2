/* Of memsim.hpp: arrays of devices. */
#ifndef MEMSIM_ARRAYS_HPP
#define MEMSIM_ARRAYS_HPP

#include "models.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace memsim {

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

}  // namespace memsim

#endif
