/// One vector instruction: what its prefix and opcode are. Rows are in `VectorInstruction+Rows`.
package struct VectorInstruction: Hashable, Sendable {
  /// The `pp` field: the mandatory prefix.
  enum Prefix: UInt8, Sendable {
    case none, p66, pF3, pF2
  }

  /// The `mmm` field: the opcode map.
  enum Map: UInt8, Sendable {
    case m0F = 1
    case m0F38, m0F3A
  }

  /// Which encodings exist.
  enum Encodings: Sendable {
    case vex, evex, both
  }

  /// Bytes in memory, and so the unit that EVEX counts short displacements in (Intel SDM, volume 2,
  /// section 2.7.5).
  enum Memory: Hashable, Sendable {
    /// A whole vector, or an element where it is broadcast.
    case full
    /// A whole vector, never broadcast.
    case wholeVector
    /// Half a vector, whose numbers become twice as wide.
    case halfVector
    /// So many bytes, whatever the width of the vector.
    case bytes(Int)
  }

  /// What stands before the last operand.
  enum Form: Equatable, Sendable {
    /// destination, source, operand
    case three
    /// destination, operand
    case two
    /// a destination of half the width, operand
    case narrowing
    /// destination, operand, number; the opcode has so many operations, of which this is one
    case shift(UInt8)
    /// operand, source: a store or an extraction
    case store
    /// mask, source, operand
    case compare
  }

  let name: String
  let prefix: Prefix
  let map: Map
  let opcode: UInt8
  let form: Form
  let memory: Memory
  let encodings: Encodings
  let hasImmediate: Bool

  init(
    _ name: String, _ prefix: Prefix, _ map: Map, _ opcode: UInt8, _ form: Form = .three,
    _ memory: Memory = .full, only encodings: Encodings = .both, immediate: Bool = false
  ) {
    self.name = name
    self.prefix = prefix
    self.map = map
    self.opcode = opcode
    self.form = form
    self.memory = memory
    self.encodings = encodings
    hasImmediate = immediate
  }

  /// Bytes of one lane, which a broadcast repeats: every row works on lanes of 32 bits, W = 0.
  static let elementSize = 4

  /// Bytes that a memory operand covers.
  func byteCount(_ width: VectorWidth, isBroadcast: Bool) -> Int {
    switch memory {
    case .full: isBroadcast ? Self.elementSize : width.byteCount
    case .wholeVector: width.byteCount
    case .halfVector: width.byteCount / 2
    case .bytes(let count): count
    }
  }

  package static func == (a: Self, b: Self) -> Bool { a.name == b.name }
  package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
