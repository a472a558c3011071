/// How long the same work took, again and again.
struct Durations: Sendable {
  /// Milliseconds, shortest first; at least one.
  private let sorted: [Double]

  init(_ milliseconds: [Double]) {
    precondition(!milliseconds.isEmpty, "work was timed")
    sorted = milliseconds.sorted()
  }

  var median: Double {
    let half = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
  }

  /// What nine of ten do not pass.
  var p90: Double { sorted[min(sorted.count - 1, sorted.count * 9 / 10)] }

  var least: Double { sorted[0] }
}

extension Duration {
  var milliseconds: Double { self / .milliseconds(1) }
}
