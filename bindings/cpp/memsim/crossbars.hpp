/* Of memsim.hpp: products with conductances, crossbars whose wires have resistance. */
#ifndef MEMSIM_CROSSBARS_HPP
#define MEMSIM_CROSSBARS_HPP

#include "arrays.hpp"
#include "random.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace memsim {

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
  Model found = detail::described(memsim_selector_info, name);
  found.params = detail::cards<memsim_param_card>(memsim_selector_param, found.card.name, found.card.param_count);
  return found;
}

/** Every selector of this build, by name. */
inline std::map<std::string, Model> selectors() {
  return detail::all(memsim_selector_count(), memsim_selector_name, selector);
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

}  // namespace memsim

#endif
