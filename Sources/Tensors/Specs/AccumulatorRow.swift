/// A stretch of a row in double precision, in which the references sum.
@safe struct AccumulatorRow: ~Copyable {
  static let capacity = 1024
  private let base: UnsafeMutablePointer<Double>

  init() {
    unsafe base = .allocate(capacity: Self.capacity)
    unsafe base.initialize(repeating: 0, count: Self.capacity)
  }

  deinit {
    // Allocated by `init`, and no one else has the pointer.
    unsafe base.deallocate()
  }

  /// The rows of at most `capacity` columns that cover `count` columns.
  static func stretches(of count: Int) -> [Range<Int>] {
    stride(from: 0, to: count, by: capacity).map { $0..<min($0 + capacity, count) }
  }

  subscript(column: Int) -> Double {
    get {
      precondition(column >= 0 && column < Self.capacity, "inside the row")
      // The allocation has `capacity` numbers.
      return unsafe base[column]
    }
    nonmutating set {
      precondition(column >= 0 && column < Self.capacity, "inside the row")
      // The allocation has `capacity` numbers.
      unsafe base[column] = newValue
    }
  }

  func fill(_ value: Double, count: Int) {
    precondition(count >= 0 && count <= Self.capacity, "inside the row")
    // The allocation has `capacity` numbers.
    unsafe base.update(repeating: value, count: count)
  }

  /// Updates columns `column`, `column + every`, … with numbers of a tensor that are `step` apart.
  @inline(__always)
  func update(
    _ column: Int = 0, every: Int = 1, from source: TensorView, at start: Int, step: Int = 1,
    count: Int, _ body: (inout Double, Double) -> Void
  ) {
    guard count > 0 else { return }
    precondition(
      column >= 0 && every > 0 && column + (count - 1) * every < Self.capacity, "inside the row")
    let numbers = unsafe source.run(from: start, step: step, count: count)
    // Both runs have been checked: every index below stays inside them.
    if step == 1 && every == 1 {
      let columns = unsafe base + column
      for index in 0..<count { unsafe body(&columns[index], Double(numbers[index])) }
    } else {
      for index in 0..<count {
        unsafe body(&base[column + index * every], Double(numbers[index * step]))
      }
    }
  }

  /// Updates the first columns with those of another row.
  @inline(__always)
  func update(
    with other: borrowing AccumulatorRow, count: Int, _ body: (inout Double, Double) -> Void
  ) {
    precondition(count >= 0 && count <= Self.capacity, "inside the row")
    // Both allocations have `capacity` numbers.
    for index in 0..<count { unsafe body(&base[index], other.base[index]) }
  }

  @inline(__always)
  func update(count: Int, _ body: (inout Double) -> Void) {
    precondition(count >= 0 && count <= Self.capacity, "inside the row")
    // The allocation has `capacity` numbers.
    for index in 0..<count { unsafe body(&base[index]) }
  }

  /// Rounds the first columns into a tensor.
  func store(into output: MutableTensorView, at start: Int, count: Int) {
    precondition(count >= 0 && count <= Self.capacity, "inside the row")
    guard count > 0 else { return }
    let numbers = unsafe output.run(from: start, count: count)
    // The run has been checked, and the allocation has `capacity` numbers.
    for index in 0..<count { unsafe numbers[index] = Float(base[index]) }
  }
}
