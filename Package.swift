// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

func module(_ name: String, _ dependencies: [String], exclude: [String] = []) -> Target {
  .target(
    name: name, dependencies: dependencies.map { .byName(name: $0) }, exclude: exclude,
    swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [String], exclude: [String] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: ([name] + dependencies).map { .byName(name: $0) },
    exclude: exclude, swiftSettings: settings)
}

let package = Package(
  name: "netc",
  products: [
    .library(name: "NetC", targets: ["NetC"]),
    .executable(name: "netc", targets: ["netc"]),
  ],
  targets: [
    module("Source", []),
    module("Syntax", ["Source"]),
    module("Tensors", []),
    module("IR", ["Source", "Tensors"]),
    module("Ops", ["IR", "Source", "Tensors"]),
    module("Library", [], exclude: ["net"]),
    module("Frontend", ["Source", "Syntax", "Library", "Tensors", "IR", "Ops"]),
    module("X86", []),
    module("Kernels", ["Tensors", "X86"]),
    module("Planning", ["IR", "Kernels", "Tensors"]),
    module("Runtime", ["Planning", "Kernels", "Tensors", "IR"]),
    module("Formats", ["Tensors"]),
    module(
      "NetC",
      [
        "Source", "Syntax", "Tensors", "IR", "Frontend", "Kernels", "Planning", "Runtime",
        "Formats",
      ]),
    .executableTarget(name: "netc", dependencies: ["NetC"], swiftSettings: settings),
    .target(
      name: "TestSupport", dependencies: ["NetC", "Formats"], path: "Tests/TestSupport",
      swiftSettings: settings),
    tests("Syntax", ["Source", "TestSupport"]),
    tests("Tensors", ["TestSupport"]),
    tests("Library", []),
    tests("X86", [], exclude: ["encodings.txt"]),
    tests("Kernels", ["Tensors", "X86", "TestSupport"]),
    tests("Formats", ["Tensors", "TestSupport"], exclude: ["Fixtures"]),
    tests("Runtime", ["Planning", "Kernels", "Tensors", "IR", "Source"]),
    tests("NetC", ["Source", "Tensors", "IR", "Frontend", "Formats", "TestSupport"]),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "NetC", "netc", "Formats", "Frontend", "IR", "Kernels", "Source", "Tensors", "TestSupport",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "OracleTests", dependencies: ["NetC", "IR", "Planning", "Runtime", "Tensors"],
      swiftSettings: settings),
    .testTarget(
      name: "ZooTests",
      dependencies: [
        "NetC", "Formats", "Frontend", "IR", "Kernels", "Planning", "Runtime", "Source", "Syntax",
        "Tensors",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "SpecTests",
      dependencies: [
        "NetC", "Frontend", "IR", "Kernels", "Ops", "Source", "Tensors", "TestSupport",
      ],
      swiftSettings: settings),
  ]
)
