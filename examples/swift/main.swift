// The tour of the README in Swift: a chip of Synaptogen cells written, read, multiplied, saved.
import Glibc
import MemSimCore

func check(_ condition: Bool, _ what: String) {
  if !condition {
    print("not as it should be: \(what)")
    exit(1)
  }
}

let a = try DeviceArray("synaptogen", rows: 256, columns: 128, seed: 1)
try a.apply(-1.5)
try a.apply(0.9, where: (0..<a.count).map { UInt8($0 % 2) })
let current = try a.read(0.2)
let conductance = try a.conductance(0.2)
print("cell (0, 0): \(current[0]) A, \(conductance[0]) S; cell (0, 1): \(current[1]) A, \(conductance[1]) S")
check(abs(current[0] / 0.2 - conductance[0]) < 1e-6, "a read is the conductance and its noise")

let volts = [Float](repeating: 0.1, count: 256)
let columns = try a.vmm(volts)
print("bit lines 0 and 1: \(columns[0]) A, \(columns[1]) A")
check(columns.allSatisfy { $0 > 0 && $0 < 1 }, "column currents are in range")

let resistance = try a.state("HRS")
try a.setState("r", [0.5])
print("HRS of cell (0, 0): \(resistance[0]) ohm; all cells now at \(try a.conductance(0.2)[0]) S")

let path = "/tmp/memsim-example-\(getpid()).memsim"
try a.save(path)
let b = try DeviceArray.load(path)
unlink(path)
check(try a.hash() == b.hash(), "a loaded array is the saved one")

let card = try DeviceModel.named("synaptogen").card
print("\(card.title): \(card.parameters.count) parameters, \(card.states.count) states")
do {
  try a.apply(.nan)
  check(false, "NaN is refused")
} catch {
  print("refused: \(error)")
}
