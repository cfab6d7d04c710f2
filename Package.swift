// swift-tools-version: 6.2
import PackageDescription

// No dependencies: whoever embeds the library builds it offline. The benchmarks are Python: see benchmarks/.
let package = Package(
  name: "memsim",
  products: [
    .library(name: "memsim", type: .dynamic, targets: ["MemSim"]),
    .library(name: "MemSimCore", targets: ["MemSimCore"]),
  ],
  targets: [
    .systemLibrary(name: "CMemSim", path: "include"),
    .target(name: "CMemSimSIMD"),
    .target(name: "MemSimCore", dependencies: ["CMemSimSIMD"], exclude: ["README.md"]),
    .target(name: "MemSim", dependencies: ["CMemSim", "MemSimCore"]),
    .executableTarget(
      name: "memsim-example", dependencies: ["MemSimCore"], path: "examples/swift", exclude: ["02_jart.swift"]),
    .executableTarget(
      name: "memsim-example-jart", dependencies: ["MemSimCore"], path: "examples/swift", exclude: ["main.swift"]),
    .testTarget(name: "MemSimCoreTests", dependencies: ["MemSimCore"]),
  ]
)
