"""Who trades in the demo, and what."""

from dataclasses import dataclass

from supply.enums import LinkStatus, StaffRole


@dataclass(frozen=True, slots=True)
class DemoSupplier:
    """A supplier, its staff by role, and how many products it sells."""

    key: str
    name: str
    staff: tuple[tuple[str, StaffRole], ...]
    products: int


@dataclass(frozen=True, slots=True)
class DemoConsumer:
    """A consumer and the state of its link with the first supplier; None: it has asked for none."""

    key: str
    name: str
    link: LinkStatus | None


SUPPLIERS = (
    DemoSupplier(
        "steppe",
        "Steppe Foods",
        (
            ("manager", StaffRole.MANAGER),
            ("sales", StaffRole.SALES),
            ("sales2", StaffRole.SALES),
        ),
        30,
    ),
    DemoSupplier("caspian", "Caspian Fish", (("manager", StaffRole.MANAGER), ("sales", StaffRole.SALES)), 20),
)
CONSUMERS = (
    DemoConsumer("accepted", "Harbour Kitchen", LinkStatus.ACCEPTED),
    DemoConsumer("pending", "Hotel Almaty", LinkStatus.PENDING),
    DemoConsumer("denied", "Noodle Corner", LinkStatus.DENIED),
    DemoConsumer("blocked", "Grill House", LinkStatus.BLOCKED),
    DemoConsumer("stranger", "New Canteen", None),
)
DISHES: tuple[tuple[str, str, str], ...] = (
    ("chicken", "Chicken breast", "0.1500"),
    ("ny_strip", "Beef strip loin", "0.1700"),
    ("shrimp", "Shrimp, peeled", "0.1200"),
    ("calamari", "Calamari rings", "0.1200"),
    ("tofu", "Tofu, firm", "0.1500"),
    ("salmon", "Salmon fillet", "0.1600"),
    ("scallops", "Scallops", "0.1200"),
    ("filet_mignon", "Beef tenderloin", "0.1700"),
    ("lobster_tail", "Lobster tail", "1.0000"),
)
"""Code of a dish on our menu, the product that goes into it, its units (kilograms, pieces) for one guest."""

GOODS = (
    *("Rice, short grain", "Yakisoba noodles", "Soy sauce", "Sesame oil", "Mirin", "Rice vinegar"),
    *("Ginger", "Garlic", "Onions", "Zucchini", "Carrots", "Mushrooms", "Broccoli", "Bean sprouts"),
    *("Eggs", "Butter", "Wasabi", "Nori sheets", "Miso paste", "Panko", "Edamame", "Gyoza", "Green tea"),
    *("Tuna loin", "Sea bass", "Octopus", "Mussels", "Crab sticks", "Caviar", "Lamb rack", "Duck breast"),
    *("Pork belly", "Apples", "Lemons", "Limes", "Cucumber", "Cabbage", "Chili paste", "Sugar", "Salt"),
    "Black pepper",
)
OPENINGS = ("Good morning", "Hello again", "One more thing", "Thank you", "About tomorrow", "Quick question")
TOPICS = (
    "is the salmon fresh today?",
    "we deliver before ten.",
    "please add a box of limes.",
    "the invoice is on its way.",
    "can you hold ten kilograms for us?",
    "the driver will call you.",
)
