/// What a caller hears of a run, and how it ends one early; both asked between steps.
package struct RunControl {
  /// Whether to stop before the next step.
  package var isCancelled: () -> Bool
  /// Called after each step with the share of the plan's work that is done, in 0...1.
  package var progress: (Double) -> Void

  package init(
    isCancelled: @escaping () -> Bool = { false },
    progress: @escaping (Double) -> Void = { _ in }
  ) {
    self.isCancelled = isCancelled
    self.progress = progress
  }
}
