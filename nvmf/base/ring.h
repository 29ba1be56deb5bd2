// Ring is a first-in first-out queue of fixed capacity. It allocates when made or told to grow.
#ifndef NVMF_BASE_RING_H_
#define NVMF_BASE_RING_H_

#include <bit>
#include <cassert>
#include <cstddef>
#include <utility>
#include <vector>

namespace nvmf {

template <class T>
class Ring {
 public:
  explicit Ring(std::size_t capacity) : items_(std::bit_ceil(capacity + 1)) {}

  bool empty() const { return head_ == tail_; }
  bool full() const { return size() == items_.size(); }
  std::size_t size() const { return tail_ - head_; }
  const T& front() const {
    assert(!empty());
    return items_[head_ & (items_.size() - 1)];
  }
  // at returns the item with `i` others before it.
  const T& at(std::size_t i) const {
    assert(i < size());
    return items_[(head_ + i) & (items_.size() - 1)];
  }
  void push(const T& item) {
    assert(size() < items_.size());
    items_[tail_++ & (items_.size() - 1)] = item;
  }
  T pop() {
    const T item = front();
    ++head_;
    return item;
  }
  void clear() { head_ = tail_; }
  // Grow makes room for `capacity` items, those included that are here.
  void Grow(std::size_t capacity) {
    Ring bigger(capacity);
    while (!empty()) bigger.push(pop());
    *this = std::move(bigger);
  }

 private:
  std::vector<T> items_;
  std::size_t head_ = 0;
  std::size_t tail_ = 0;
};

}  // namespace nvmf

#endif  // NVMF_BASE_RING_H_
