import IR

/// Amounts of memory as they are written on a command line.
enum ByteSize {
  private static let units = ["K", "M", "G", "T"]

  /// `4096`, `200M` and `200MiB` in powers of 1024, `200MB` in powers of 1000; nil for what is none,
  /// or not between one byte and 2^60.
  static func bytes(_ text: String) -> Int? {
    let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let unit = text.dropFirst(number.count).uppercased()
    guard let factor = factor(unit) else { return nil }
    let value: Double
    switch ConstantText.number(number) {
    case .int(let integer): value = Double(integer)
    case .decimal(let decimal): value = decimal
    default: return nil
    }
    let bytes = (value * factor).rounded(.down)
    return bytes >= 1 && bytes <= 0x1p60 ? Int(bytes) : nil
  }

  private static func factor(_ unit: String) -> Double? {
    if unit.isEmpty || unit == "B" { return 1 }
    guard let power = units.firstIndex(of: String(unit.prefix(1))) else { return nil }
    let base: Double
    switch unit.dropFirst() {
    case "", "IB": base = 1024
    case "B": base = 1000
    default: return nil
    }
    return (0...power).reduce(1) { product, _ in product * base }
  }
}
