/// Writes machine code for x86-64: instructions, labels and constants, in order.
///
/// Operands that have no encoding are faults of the generator, so they stop the program.
package struct Assembler {
  private(set) var bytes: [UInt8] = []
  /// Where each label was bound.
  private var places: [Int?] = []
  /// Displacements of 32 bits that a label's place fills in.
  private var fixups: [(label: Label, at: Int, end: Int)] = []
  /// What was emitted, a line an instruction; nil where nobody reads it.
  private var listing: [(offset: Int, text: String)]?

  package init(isListed: Bool = false) {
    listing = isListed ? [] : nil
  }

  package var count: Int { bytes.count }

  // MARK: Labels

  package mutating func label() -> Label {
    places.append(nil)
    return Label(number: places.count - 1)
  }

  /// The label stands for the next byte.
  package mutating func bind(_ label: Label) {
    precondition(places[label.number] == nil, "a label is bound once")
    places[label.number] = bytes.count
  }

  /// A label for the next byte.
  package mutating func here() -> Label {
    let label = label()
    bind(label)
    return label
  }

  // MARK: Constants

  /// Zeros up to a multiple of a power of two; after the last instruction only.
  package mutating func align(_ unit: Int) {
    precondition(unit > 0 && unit & (unit - 1) == 0, "an alignment is a power of two")
    while bytes.count & (unit - 1) != 0 { bytes.append(0) }
  }

  /// Constants, little-endian, for `Address.label`.
  package mutating func constants(_ values: [UInt32]) {
    for value in values { word(value) }
  }

  // MARK: Results

  /// The code with every reference to a label filled in.
  package consuming func code() -> [UInt8] {
    for fixup in fixups {
      guard let place = places[fixup.label.number] else {
        preconditionFailure("label \(fixup.label.number) is used and not bound")
      }
      guard let distance = Int32(exactly: place - fixup.end) else {
        preconditionFailure("code is shorter than 2 GiB")
      }
      let value = UInt32(bitPattern: distance)
      for byte in 0..<4 {
        bytes[fixup.at + byte] = UInt8(truncatingIfNeeded: value >> UInt32(8 * byte))
      }
    }
    return bytes
  }

  /// What was emitted, a line an instruction; empty where nothing is listed.
  var lines: [(offset: Int, text: String)] { listing ?? [] }

  /// The instructions, with the labels on lines of their own.
  package var text: String {
    var bound: [Int: [Int]] = [:]
    for (number, place) in places.enumerated() {
      if let place { bound[place, default: []].append(number) }
    }
    let text = lines.flatMap { offset, text in
      bound[offset, default: []].map { "L\($0):" } + ["  \(text)"]
    }
    return text.map { $0 + "\n" }.joined()
  }

  // MARK: For the encoders

  mutating func list(_ text: @autoclosure () -> String) {
    guard listing != nil else { return }
    listing?.append((bytes.count, text()))
  }

  mutating func byte(_ value: UInt8) { bytes.append(value) }

  /// 32 bits, little-endian.
  mutating func word(_ value: UInt32) {
    for byte in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(8 * byte))) }
  }

  mutating func quadword(_ value: UInt64) {
    word(UInt32(truncatingIfNeeded: value))
    word(UInt32(truncatingIfNeeded: value >> 32))
  }

  /// Four bytes for the distance to a label from the end of the instruction, `trailing` bytes on.
  mutating func distance(to label: Label, trailing: Int = 0) {
    fixups.append((label, bytes.count, bytes.count + 4 + trailing))
    word(0)
  }
}
