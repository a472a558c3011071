import Formats

/// What the system says of the processor and memory, as `doctor` prints it.
package struct Processor: Sendable {
  package let model: String
  /// Instruction sets that matter here, of those the system lets programs use.
  package let features: [String]
  /// Cores this process may run on.
  package let cores: Int
  /// Bytes; nil where the system does not say.
  package let memory: Int?

  private static let interesting = [
    "sse4_2", "f16c", "avx", "fma", "avx2", "avx512f", "avx512bw", "avx512dq", "avx512vl",
    "avx512_bf16", "avx512_vnni", "avx_vnni", "amx_bf16",
  ]

  /// Reads /proc.
  package static func current() -> Processor {
    Processor { path in
      (try? StreamReader.system(path)).map { String(decoding: $0, as: UTF8.self) }
    }
  }

  init(reading read: (String) -> String?) {
    let information = read("/proc/cpuinfo") ?? ""
    model = Self.field("model name", information) ?? "unknown"
    let flags = Set((Self.field("flags", information) ?? "").split(separator: " ").map(String.init))
    features = Self.interesting.filter(flags.contains)
    let online = information.split(separator: "\n").count { $0.hasPrefix("processor") }
    let status = read("/proc/self/status") ?? ""
    cores = Self.field("Cpus_allowed_list", status).flatMap(Self.count) ?? max(1, online)
    memory = Self.field("MemTotal", read("/proc/meminfo") ?? "")
      .flatMap { $0.split(separator: " ").first.flatMap { Int($0) } }
      .map { $0.multipliedReportingOverflow(by: 1024).partialValue }
  }

  /// The text behind `name:` on the first such line.
  private static func field(_ name: String, _ text: String) -> String? {
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      let key = parts[0].reversed().drop { $0 == " " || $0 == "\t" }.reversed()
      if String(key) == name { return String(parts[1].drop { $0 == " " || $0 == "\t" }) }
    }
    return nil
  }

  /// How many numbers a list such as `0-3,8` holds.
  private static func count(_ list: String) -> Int? {
    var total = 0
    for range in list.split(separator: ",") {
      let ends = range.split(separator: "-").map { Int($0) }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, first >= 0, last >= first,
        last < 1 << 20
      else { return nil }
      total += last - first + 1
    }
    return total > 0 ? total : nil
  }
}
