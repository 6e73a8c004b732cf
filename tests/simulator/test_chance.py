from safecity.simulator.chance import chance_of


def test_the_same_seed_and_purpose_give_the_same_chance():
    assert chance_of(3, "street").random() == chance_of(3, "street").random()
    assert chance_of(3, "street").random() != chance_of(3, "visitors").random()
    assert chance_of(3, "street").random() != chance_of(4, "street").random()
