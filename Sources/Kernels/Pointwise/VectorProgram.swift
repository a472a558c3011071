import Tensors
import X86

/// Pointwise stages as vector instructions on slots, which `VectorEmitter` gives registers.
///
/// Slot 0 holds the value so far, and the result in the end. Then come the slots of numbers that
/// are in registers throughout, and then what instructions need for themselves.
struct VectorProgram: Hashable, Sendable {
  enum Operand: Hashable, Sendable {
    case slot(Int)
    /// A vector of an input in memory.
    case input(Int)
    /// A vector of numbers of channels, from the table of constants.
    case channels(Int)
    /// The same float in every lane, by its bits.
    case number(UInt32)
  }

  enum Step: Hashable, Sendable {
    case load(Int, Operand)
    /// destination = instruction(operand)
    case two(VectorInstruction, Int, Operand)
    /// destination = instruction(source, operand)
    case three(VectorInstruction, Int, Int, Operand)
    /// To the nearest integer, the even one of two.
    case round(Int, Operand)
    /// All bits of the lanes in which a slot is NaN, zero in the others (AVX2).
    case markNaN(Int, of: Int)
    /// The instruction after it leaves its destination as it is where a slot is NaN (AVX-512).
    case keepNaN(of: Int)
  }

  /// Why there is none.
  struct Refusal: Error, Hashable, Sendable {
    let reason: String
  }

  let isa: VectorISA
  /// Bits of the floats in slots 1, 2, …
  let pinned: [UInt32]
  /// What makes the result in slot 0 of what is there and of inputs.
  let stages: [Step]
  /// What goes on from there to a second result.
  let second: [Step]?
  /// How many slots there are.
  let slotCount: Int
  /// Constants that differ from channel to channel: the table has a vector a block of each.
  let channels: [Scalar]
  /// Inputs of which one float is repeated in every lane.
  let repeated: Set<Int>

  /// Registers beside the value's.
  var temporaries: Int { slotCount - 1 }

  /// Bytes of the table of constants, for one block of channels.
  var bytesPerBlock: Int { channels.count * isa.width.byteCount }

  /// Floats of the table of constants.
  func tableFloats(channels count: Int) -> Int? {
    product([ceilDivide(count, isa.lanes), channels.count, isa.lanes])
  }

  /// The inputs that are read.
  var inputs: Set<Int> { inputs(second: false).union(inputs(second: true)) }

  /// Those for the result, or for the second one.
  func inputs(second isSecond: Bool) -> Set<Int> {
    let operands = (isSecond ? second ?? [] : stages).compactMap(\.operand)
    return Set(operands.compactMap { if case .input(let index) = $0 { index } else { nil } })
  }

  /// With as many numbers in registers as `temporaries` leaves room for.
  init(
    _ program: RowProgram, second: RowProgram? = nil, isa: VectorISA, temporaries: Int,
    repeated: Set<Int> = []
  ) throws(Refusal) {
    var lowering = VectorLowering(isa, repeated: repeated, pinned: [])
    var (steps, secondSteps) = try lowering.lower(program, second)
    let wanted = lowering.loaded
    for count in (1..<max(1, min(wanted.count, temporaries) + 1)).reversed() {
      var other = VectorLowering(isa, repeated: repeated, pinned: Array(wanted.prefix(count)))
      let lowered = try other.lower(program, second)
      guard other.slotCount <= temporaries + 1 else { continue }
      (steps, secondSteps) = lowered
      lowering = other
      break
    }
    guard lowering.slotCount <= temporaries + 1 else {
      throw Refusal(
        reason: "its epilogue needs \(lowering.slotCount - 1) registers, not \(temporaries)")
    }
    self.isa = isa
    pinned = lowering.pinned
    stages = steps
    self.second = secondSteps
    slotCount = lowering.slotCount
    channels = lowering.channels
    self.repeated = repeated
  }

  /// The stages of an epilogue; its inputs have the numbers that they have there.
  init(_ epilogue: Epilogue, isa: VectorISA, temporaries: Int) throws(Refusal) {
    try self.init(
      RowProgram(then: epilogue.stages), second: epilogue.second.map { RowProgram(then: $0) },
      isa: isa, temporaries: temporaries)
  }

  /// The table of constants: `[block][constant][lane]`; nil where there are none.
  func constants(
    _ parameters: [Tensor], channels count: Int
  ) throws(AllocationError) -> Tensor? {
    try channelTable(channels, parameters, channels: count, lanes: isa.lanes)
  }
}

extension VectorProgram.Step {
  /// The operand that may be in memory.
  var operand: VectorProgram.Operand? {
    switch self {
    case .load(_, let operand), .two(_, _, let operand), .three(_, _, _, let operand),
      .round(_, let operand):
      operand
    case .markNaN, .keepNaN: nil
    }
  }
}
